import { serverNow } from '../api/server-clock.ts';

let firstMs: number | undefined;

/** Whoever asks before the page is there says which moment it asked as of. */
export function setFirstMoment(nowMs: number): void {
  firstMs = nowMs;
}

/** The moment the page begins with: that of what was asked before it was there, so that it asks for the same. */
export const firstMoment = (): number => firstMs ?? serverNow();
