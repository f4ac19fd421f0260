import type { Clock } from '@tocsin/runtime/clock.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { RuleEngine } from '../evaluation/rule-engine.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Silences } from '../silences/silences.ts';
import type { Store } from '../store/store.ts';

/** Everything an alert's history and standing are read from. */
export interface WhyDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly book: AlertBook;
  readonly silences: Silences;
  readonly notifier: Pick<Notifier, 'routing' | 'receivers' | 'inhibitor' | 'groups'>;
  readonly engine: Pick<RuleEngine, 'groups'>;
  readonly store: Store;
}
