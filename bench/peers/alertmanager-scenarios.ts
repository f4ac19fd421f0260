/** What happens in one scenario, in seconds from its begin. Every alert gets `scenario="<name>"` besides its labels. */
export type Step =
  | { readonly at: number; readonly kind: 'fire'; readonly alerts: readonly ScenarioAlert[] }
  | { readonly at: number; readonly kind: 'resolve'; readonly alerts: readonly ScenarioAlert[] }
  | {
      readonly at: number;
      readonly kind: 'silence';
      readonly id: string;
      readonly matchers: readonly string[];
    }
  | { readonly at: number; readonly kind: 'expire'; readonly id: string };

export interface ScenarioAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** When it ends by itself, in seconds after it is sent. */
  readonly endsIn?: number;
}

export interface Scenario {
  readonly name: string;
  /** The route's keys beside its matcher, as YAML's flow style. */
  readonly route: string;
  readonly steps: readonly Step[];
}

const a = (labels: Record<string, string>, more: Partial<ScenarioAlert> = {}): ScenarioAlert => ({
  labels: { alertname: 'A', ...labels },
  ...more,
});
const fire = (at: number, ...alerts: ScenarioAlert[]): Step => ({ at, kind: 'fire', alerts });
const resolve = (at: number, ...alerts: ScenarioAlert[]): Step => ({ at, kind: 'resolve', alerts });
const silence = (at: number, id: string, ...matchers: string[]): Step => ({
  at,
  kind: 'silence',
  id,
  matchers,
});
const expire = (at: number, id: string): Step => ({ at, kind: 'expire', id });

const one = a({ i: '1' });
const two = a({ i: '2' });
const three = a({ i: '3' });

export const RECEIVERS = `
  - { name: root, webhook_configs: [{ url: 'SINK/root' }] }
  - { name: second, webhook_configs: [{ url: 'SINK/second' }] }
  - { name: firing-only, webhook_configs: [{ url: 'SINK/firing-only', send_resolved: false }] }
  - { name: at-most-one, webhook_configs: [{ url: 'SINK/at-most-one', max_alerts: 1 }] }
  - { name: fails-twice, webhook_configs: [{ url: 'SINK/fails-twice' }] }
  - { name: refuses, webhook_configs: [{ url: 'SINK/refuses' }] }
  - { name: both, webhook_configs: [{ url: 'SINK/both-1' }, { url: 'SINK/both-2' }] }
  - { name: nobody }`;

export const INHIBIT_RULES = `
  - { source_matchers: [severity="critical", scenario=~"inhibit.*"], target_matchers: [severity="warning"], equal: [cluster, scenario] }
  - { source_matchers: [self="yes"], target_matchers: [self="yes"], equal: [scenario] }`;

export const TIME_INTERVALS = `
  - { name: always, time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }
  - { name: never, time_intervals: [{ years: ['1999'] }] }`;

const critical = a({ alertname: 'Down', severity: 'critical', cluster: 'x' });
const warning = a({ alertname: 'Slow', severity: 'warning', cluster: 'x' });
const otherCluster = a({ alertname: 'Slow', severity: 'warning', cluster: 'y' });

/** Short timers; one configuration holds all, and all run at once. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'fires and is resolved', route: '', steps: [fire(0, one), resolve(4, one)] },
  { name: 'two in one group', route: 'group_by: [alertname]', steps: [fire(0, one), fire(0.4, two)] },
  { name: 'one more waits for the interval', route: '', steps: [fire(0, one), fire(2, two)] },
  { name: 'is repeated', route: 'repeat_interval: 5s', steps: [fire(0, one)] },
  { name: 'same again is not repeated', route: '', steps: [fire(0, one), fire(3, one), fire(6, one)] },
  { name: 'ends by its end time', route: '', steps: [fire(0, a({ i: '1' }, { endsIn: 4 }))] },
  { name: 'resolved is not sent', route: 'receiver: firing-only', steps: [fire(0, one), resolve(3, one)] },
  { name: 'grouped by everything', route: "group_by: ['...']", steps: [fire(0, one, two)] },
  { name: 'grouped by a label', route: 'group_by: [i]', steps: [fire(0, one, two, three)] },
  {
    name: 'grouped by a label some lack',
    route: 'group_by: [extra]',
    steps: [fire(0, one, a({ extra: 'e' }))],
  },
  {
    name: 'continues to a second receiver',
    route: 'routes: [{ receiver: root, continue: true }, { receiver: second }]',
    steps: [fire(0, one), resolve(4, one)],
  },
  {
    name: 'child routes by regular expression',
    route:
      'routes: [{ matchers: [\'i=~"1|2"\'], receiver: second }, { matchers: [\'i!="4"\'], receiver: both }]',
    steps: [fire(0, one, two, three, a({ i: '4' }))],
  },
  {
    name: 'child inherits and overrides',
    route:
      'group_by: [i], routes: [{ matchers: [i="1"], group_wait: 3s }, { matchers: [i="2"], group_by: [alertname], receiver: second }]',
    steps: [fire(0, one, two)],
  },
  {
    name: 'inhibited until its source ends',
    route: '',
    steps: [fire(0, critical), fire(0.2, warning, otherCluster), resolve(5, critical)],
  },
  {
    name: 'inhibited later',
    route: 'group_by: [alertname], repeat_interval: 4s',
    steps: [fire(0, warning), fire(3, critical)],
  },
  {
    name: 'inhibit with equal labels missing',
    route: '',
    steps: [fire(0, a({ severity: 'critical' }), a({ alertname: 'W', severity: 'warning' }))],
  },
  {
    name: 'does not inhibit itself',
    route: '',
    steps: [fire(0, a({ self: 'yes', i: '1' }), a({ self: 'yes', i: '2' }))],
  },
  {
    name: 'silenced until it expires',
    route: '',
    steps: [silence(0, 's', 'i="1"'), fire(0.3, one), expire(5, 's')],
  },
  {
    name: 'silenced by regular expression',
    route: '',
    steps: [silence(0, 's', 'i=~"1|3"', 'j!="x"'), fire(0.3, one, two, three)],
  },
  {
    name: 'silenced after it fired',
    route: '',
    steps: [fire(0, one), silence(2.5, 's', 'i="1"'), resolve(3, one)],
  },
  { name: 'one of the group silenced', route: '', steps: [silence(0, 's', 'i="2"'), fire(0.3, one, two)] },
  { name: 'muted always', route: 'mute_time_intervals: [always]', steps: [fire(0, one)] },
  { name: 'muted never', route: 'mute_time_intervals: [never]', steps: [fire(0, one)] },
  { name: 'active never', route: 'active_time_intervals: [never]', steps: [fire(0, one)] },
  { name: 'active always', route: 'active_time_intervals: [always]', steps: [fire(0, one), resolve(4, one)] },
  { name: 'flaps within the interval', route: '', steps: [fire(0, one), resolve(1.8, one), fire(2.6, one)] },
  { name: 'resolved before it was said', route: 'group_wait: 3s', steps: [fire(0, one), resolve(1, one)] },
  {
    name: 'comes back after it was resolved',
    route: '',
    steps: [fire(0, one), resolve(2, one), fire(8, one)],
  },
  { name: 'one of two resolved', route: '', steps: [fire(0, one, two), resolve(2.4, two)] },
  { name: 'resolved and new at once', route: '', steps: [fire(0, one), resolve(2.2, one), fire(2.4, two)] },
  { name: 'too many alerts', route: 'receiver: at-most-one', steps: [fire(0, one, two, three)] },
  {
    name: 'annotations change',
    route: 'repeat_interval: 5s',
    steps: [
      fire(0, a({ i: '1' }, { annotations: { v: '1' } })),
      fire(2, a({ i: '1' }, { annotations: { v: '2' } })),
    ],
  },
  {
    name: 'empty labels and annotations',
    route: '',
    steps: [fire(0, a({ i: '1', none: '' }, { annotations: { summary: 's', no: '' } }))],
  },
  {
    name: 'names beyond ASCII',
    route: "group_by: ['größe.ü']",
    steps: [fire(0, a({ 'größe.ü': '☃', i: '1' }))],
  },
  { name: 'receiver of two', route: 'receiver: both', steps: [fire(0, one), resolve(4, one)] },
  { name: 'receiver of none', route: 'receiver: nobody', steps: [fire(0, one)] },
  { name: 'receiver fails twice', route: 'receiver: fails-twice', steps: [fire(0, one)] },
  { name: 'receiver refuses', route: 'receiver: refuses', steps: [fire(0, one)] },
  { name: 'no wait at all', route: 'group_wait: 0s', steps: [fire(0, one), fire(1, two)] },
  {
    name: 'repeat shorter than the interval',
    route: 'group_interval: 4s, repeat_interval: 1s',
    steps: [fire(0, one)],
  },
  {
    name: 'inhibited by a silenced source',
    route: '',
    steps: [silence(0, 's', 'severity="critical"'), fire(0.3, critical), fire(0.5, warning)],
  },
  {
    name: 'inhibited by a muted source',
    route: 'routes: [{ matchers: [severity="critical"], mute_time_intervals: [always] }]',
    steps: [fire(0, critical), fire(0.2, warning)],
  },
  {
    name: 'nested continue',
    route:
      'routes: [{ matchers: [\'i=~".+"\'], continue: true, routes: [{ matchers: [i="1"], receiver: second, continue: true }, { matchers: [i="1"], receiver: both }] }, { receiver: firing-only }]',
    steps: [fire(0, one, two)],
  },
  {
    name: 'muted child, loud sibling',
    route: 'routes: [{ mute_time_intervals: [always], continue: true }, { receiver: second }]',
    steps: [fire(0, one)],
  },
  {
    name: 'the end moves',
    route: '',
    steps: [fire(0, a({ i: '1' }, { endsIn: 4 })), fire(3, a({ i: '1' }, { endsIn: 5 }))],
  },
  {
    name: 'two alerts, two silences',
    route: '',
    steps: [silence(0, 's', 'i="1"'), silence(0, 't', 'i="2"'), fire(0.3, one, two), expire(5, 't')],
  },
  {
    name: 'interval shorter than the wait',
    route: 'group_wait: 3s, group_interval: 1s',
    steps: [fire(0, one), fire(4.5, two)],
  },
  {
    name: 'resolved while only firing is sent, then new',
    route: 'receiver: firing-only',
    steps: [fire(0, one), resolve(2, one), fire(5, two)],
  },
  { name: 'repeat after a change', route: 'repeat_interval: 7s', steps: [fire(0, one), fire(3, two)] },
  {
    name: 'silenced and inhibited at once',
    route: '',
    steps: [
      silence(0, 's', 'severity="warning"'),
      fire(0.3, critical),
      fire(0.5, warning),
      expire(3, 's'),
      resolve(7, critical),
    ],
  },
];
