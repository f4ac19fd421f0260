import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import type { RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { loadRules } from '../evaluation/load-rules.ts';
import { withOwnKeys } from '../evaluation/own-keys.ts';
import { createRangeQuery } from '../history/range-query.ts';
import { loadRoutingOrDefault } from '../routing/load-routing-or-default.ts';
import { createStoredRules } from '../ruler/stored-rules.ts';
import type { BacktestReport } from './report.ts';
import { runBacktest } from './run-backtest.ts';

/** A backtest as it is ordered: plain values, so that it can go to another thread. */
export interface BacktestJob {
  /** The text of a rule file; null: `ruleFiles`, and what lies in `storedRulesFolder`. */
  readonly ruleText: string | null;
  /** `pack:host`, absolute paths and globs. */
  readonly ruleFiles: readonly string[];
  /** Of rules written through the ruler API; null: there are none. */
  readonly storedRulesFolder: string | null;
  /** Absolute; it may be missing. */
  readonly routingFile: string;
  readonly aggregatorUrl: string;
  readonly externalUrl: string;
  readonly defaultIntervalMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number | null;
  readonly timeZone: string;
}

export interface BacktestJobDeps {
  readonly disk: Disk;
  readonly http: HttpClient;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onProgress?: (share: number) => void;
}

/** The name that rules sent as a text have in the report. */
const TEXT_NAME = 'rules';

/** @throws ConfigError on rules or routing that are wrong, and what runBacktest throws */
export async function runBacktestJob(job: BacktestJob, deps: BacktestJobDeps): Promise<BacktestReport> {
  const groups = await groupsOf(job, deps.disk);
  const routing = await loadRoutingOrDefault(deps.disk, job.routingFile);
  return await runBacktest(
    { ...job, groups, routing },
    { ...deps, query: createRangeQuery(deps.http, job.aggregatorUrl) },
  );
}

async function groupsOf(job: BacktestJob, disk: Disk): Promise<readonly RuleGroup[]> {
  if (job.ruleText !== null) return withOwnKeys(loadRuleFile(TEXT_NAME, job.ruleText));
  const stored =
    job.storedRulesFolder === null ? [] : await createStoredRules(disk, job.storedRulesFolder).load();
  return withOwnKeys([...(await loadRules(disk, job.ruleFiles)), ...stored]);
}
