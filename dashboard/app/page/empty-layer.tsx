import type { Layer } from '../layout/panel.ts';
import { CodeToCopy } from './code-to-copy.tsx';

const examples: Readonly<Record<Layer, { readonly sentence: string; readonly code: string }>> = {
  business: {
    sentence:
      'No service reports business numbers yet. Three lines in a service of yours make the first one:',
    code: `import { createAgent } from '@tocsin/agent';
const agent = createAgent({ service: 'my-service' });
const orders = agent.counter({ name: 'orders_total', help: 'Orders placed.', layer: 'business' });`,
  },
  usage: {
    sentence: 'Nothing tells how your services are used yet. Three lines in one of them do:',
    code: `import { createAgent } from '@tocsin/agent';
const agent = createAgent({ service: 'my-service' });
const logins = agent.counter({ name: 'logins_total', help: 'Successful logins.', layer: 'usage' });`,
  },
  system: {
    sentence:
      'No machine reports itself yet. The host agent does so by itself (tocsin agent); a service does with three lines:',
    code: `import { createAgent } from '@tocsin/agent';
const agent = createAgent({ service: 'my-service' });
const queue = agent.gauge({ name: 'queue_length', help: 'Jobs waiting.', layer: 'system' });`,
  },
};

const use: Readonly<Record<Layer, string>> = {
  business: 'Then call orders.inc() wherever an order is placed. It is drawn here within seconds.',
  usage: 'Then call logins.inc() at each login. It is drawn here within seconds.',
  system: 'Then call queue.set(3) when it changes. It is drawn here within seconds.',
};

/** What to do when a layer has no data: three lines of code to copy. */
export function EmptyLayer({ layer }: { readonly layer: Layer }) {
  const { sentence, code } = examples[layer];
  return (
    <div className="empty">
      <p>{sentence}</p>
      <CodeToCopy code={code} />
      <p>{use[layer]}</p>
    </div>
  );
}
