import { escapeText } from './escape-text.ts';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element. Children are elements already; attributes are escaped, and left out when undefined. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const start = `<${name}${Object.entries(attributes).map(attribute).join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

function attribute([name, value]: [string, string | number | undefined]): string {
  if (value === undefined) return '';
  return ` ${name}="${typeof value === 'number' ? coordinate(value) : escapeText(value)}"`;
}

/** Two decimals: what nobody can see only makes the image larger. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Number.isFinite(rounded) ? String(rounded === 0 ? 0 : rounded) : '0';
}
