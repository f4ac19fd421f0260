export interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceEuros: number;
}

export const catalogue: readonly Product[] = [
  { id: 'bell-small', name: 'Hand bell', priceEuros: 18.5 },
  { id: 'bell-ship', name: "Ship's bell", priceEuros: 74 },
  { id: 'bell-door', name: 'Door bell', priceEuros: 29.9 },
  { id: 'gong', name: 'Gong', priceEuros: 120 },
  { id: 'chime', name: 'Wind chime', priceEuros: 24 },
  { id: 'triangle', name: 'Triangle', priceEuros: 12.4 },
  { id: 'cymbal', name: 'Cymbal', priceEuros: 89 },
  { id: 'whistle', name: 'Whistle', priceEuros: 6.9 },
  { id: 'horn', name: 'Fog horn', priceEuros: 45 },
  { id: 'siren', name: 'Hand siren', priceEuros: 210 },
];

const byId = new Map(catalogue.map((product) => [product.id, product]));

export function findProduct(id: string): Product | null {
  return byId.get(id) ?? null;
}
