import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { RuleEngine } from '../evaluation/rule-engine.ts';
import type { AlertingMetrics } from '../metrics.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Silences } from '../silences/silences.ts';
import type { Store } from '../store/store.ts';
import type { BacktestApiDeps } from './backtest-api.ts';
import type { DrillApiDeps } from './drill-api.ts';
import type { QualityApiDeps } from './quality-api.ts';
import type { RulerDeps } from './ruler-api.ts';

/** What the API shows and changes. */
export interface ApiDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, 'readFile' | 'size'>;
  readonly book: AlertBook;
  readonly silences: Silences;
  readonly notifier: Notifier;
  readonly engine: RuleEngine;
  readonly store: Store;
  readonly metrics: AlertingMetrics;
  readonly backtest: BacktestApiDeps;
  readonly drill: DrillApiDeps;
  readonly quality: QualityApiDeps;
  /** Null while rules may not be written through the API. */
  readonly ruler: RulerDeps | null;
  readonly version: string;
  /** When the process started; milliseconds since the epoch. */
  readonly startedMs: number;
}
