import type { Product } from './catalogue.ts';

/** How far its owner came. */
export type CheckoutStep = 'cart' | 'address' | 'payment' | 'done';

export interface Cart {
  readonly id: string;
  readonly items: Product[];
  step: CheckoutStep;
  touchedMs: number;
}

export interface Carts {
  open(): Cart | null;
  find(id: string): Cart | null;
  close(cart: Cart): void;
  /** Carts somebody may still come back to. */
  count(): number;
}

const CARTS_MAX = 5_000;
const FORGOTTEN_AFTER_MS = 5 * 60_000;

/** Carts in memory; one that nobody touches is forgotten, and beyond `CARTS_MAX` none is opened. */
export function createCarts(now: () => number): Carts {
  const carts = new Map<string, Cart>();
  let next = 1;
  const forgetOld = (): void => {
    for (const cart of carts.values()) if (now() - cart.touchedMs > FORGOTTEN_AFTER_MS) carts.delete(cart.id);
  };
  return {
    open() {
      forgetOld();
      if (carts.size >= CARTS_MAX) return null;
      const cart: Cart = { id: String(next++), items: [], step: 'cart', touchedMs: now() };
      carts.set(cart.id, cart);
      return cart;
    },
    find(id) {
      const cart = carts.get(id);
      if (cart) cart.touchedMs = now();
      return cart ?? null;
    },
    close: (cart) => void carts.delete(cart.id),
    count() {
      forgetOld();
      return carts.size;
    },
  };
}
