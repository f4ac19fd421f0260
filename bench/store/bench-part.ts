import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startTarget, type Target, type TargetName, type TargetOptions } from '../target/target.ts';

/** What a part of the bench works with. */
export interface BenchContext {
  /** For what it makes; removed in the end. */
  readonly folder: string;
  /** Tocsin first, then the peers found. */
  readonly targets: readonly TargetName[];
}

/** A figure for each server. */
export type ByTarget<T> = Partial<Record<TargetName, T>>;

/** Gives an empty folder to the work, and removes it afterwards. */
export async function inFolder<T>(
  { folder }: BenchContext,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const own = mkdtempSync(join(folder, 'part-'));
  try {
    return await work(own);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Runs the server in the folder for as long as the work takes. */
export async function withTarget<T>(
  name: TargetName,
  folder: string,
  work: (target: Target) => Promise<T>,
  options: TargetOptions = {},
): Promise<T> {
  const target = await startTarget(name, folder, options);
  try {
    return await work(target);
  } finally {
    await target.stop();
  }
}
