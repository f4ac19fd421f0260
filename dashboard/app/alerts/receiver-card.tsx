import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatValue } from '@tocsin/chart/units/format.ts';
import { testReceiver } from '../api/receiver-test.ts';

const outcomes: Readonly<Record<string, readonly [string, string]>> = {
  sent: ['sent', 'good'],
  failed: ['failed', 'bad'],
  cannot_send: ['cannot send', 'warn'],
};

/** A receiver, and whether a test message reaches it. */
export function ReceiverCard({ name }: { readonly name: string }) {
  const test = useMutation({ mutationFn: () => testReceiver(name) });
  const doing = test.isPending ? 'Sending …' : 'Send a test';
  return (
    <li className="card">
      <div className="row">
        <h3>{name.slice(0, 120)}</h3>
        <Button
          size="compact-xs"
          variant="default"
          className="rule-end"
          disabled={test.isPending}
          onClick={() => test.mutate()}
          aria-label={`${doing} to ${name.slice(0, 120)}`}
        >
          {doing}
        </Button>
      </div>
      {test.error === null ? null : <p className="error-text">{test.error.message.slice(0, 300)}</p>}
      {test.data === undefined ? null : (
        <ul role="status">
          {test.data.length === 0 ? <li className="quiet">It has no integration: nobody is told.</li> : null}
          {test.data.map(({ integration, outcome, detail, problem, seconds }) => {
            const [text, tone] = outcomes[outcome] ?? [outcome, 'quiet'];
            return (
              <li key={integration}>
                <span className={`mark mark-${tone}`}>{text}</span> {integration.slice(0, 60)}
                {outcome === 'sent' ? ` in ${formatValue(seconds, { kind: 'seconds' })}` : ''}{' '}
                <bdi className="quiet">{detail.slice(0, 300)}</bdi>
                {problem === '' ? null : <p className="error-text">{problem.slice(0, 300)}</p>}
              </li>
            );
          })}
        </ul>
      )}
    </li>
  );
}
