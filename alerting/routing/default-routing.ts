import { DEFAULT_TEMPLATES } from '../receivers/default-templates.ts';
import { loadEmail } from '../receivers/email/load-email.ts';
import type { Routing } from './routing.ts';

const SHOWN = `# There is no routing file: what would be sent is kept and shown on the page.
route:
  receiver: not-configured
  group_by: [alertname]
receivers:
  - name: not-configured
`;

/** What is in force without a routing file: everything is grouped and written as mail, and nothing is sent. */
export function defaultRouting(): Routing {
  const email = loadEmail({ to: 'nobody', send_resolved: true }, {}, (path) => path);
  return {
    file: null,
    shown: SHOWN,
    resolveTimeoutMs: 5 * 60_000,
    route: {
      id: '{}',
      key: '{}',
      receiver: 'not-configured',
      groupBy: new Set(['alertname']),
      matchers: [],
      groupWaitMs: 10_000,
      groupIntervalMs: 60_000,
      repeatIntervalMs: 4 * 3_600_000,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      continues: false,
      routes: [],
    },
    receivers: new Map([
      ['not-configured', { name: 'not-configured', fallback: null, integrations: [email] }],
    ]),
    inhibitRules: [],
    timeIntervals: new Map(),
    templates: DEFAULT_TEMPLATES,
  };
}
