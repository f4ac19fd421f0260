import type { AskedQuery } from './asked-query.ts';

export interface AskedLogLimits {
  /** As many of the newest are kept. */
  readonly newestMax: number;
  /** And as many of the slowest, because a page that is open asks many quick ones. */
  readonly slowestMax: number;
  /** The slowest are forgotten when they are older. */
  readonly slowestMs: number;
}

/** The queries that were asked lately, in memory. */
export interface AskedLog {
  add(query: AskedQuery): void;
  /** Newest first. */
  list(nowMs: number): readonly AskedQuery[];
}

export function createAskedLog({ newestMax, slowestMax, slowestMs }: AskedLogLimits): AskedLog {
  const newest: AskedQuery[] = [];
  let slowest: AskedQuery[] = [];
  const forgetOld = (nowMs: number) => {
    slowest = slowest.filter(({ atMs }) => nowMs - atMs <= slowestMs);
  };
  return {
    add(query) {
      newest.push(query);
      if (newest.length > newestMax) newest.shift();
      const quickest = slowest.at(-1);
      if (slowest.length >= slowestMax && quickest !== undefined && quickest.tookMs >= query.tookMs) return;
      forgetOld(query.atMs);
      const place = slowest.findIndex(({ tookMs }) => tookMs < query.tookMs);
      slowest.splice(place < 0 ? slowest.length : place, 0, query);
      slowest.length = Math.min(slowest.length, slowestMax);
    },
    list(nowMs) {
      forgetOld(nowMs);
      return [...new Set([...newest, ...slowest])].sort((a, b) => b.atMs - a.atMs || b.id - a.id);
    },
  };
}
