import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatDuration } from '@tocsin/chart/units/format.ts';
import { backtest } from '../api/backtest.ts';
import { usePage } from '../page/page-context.ts';

/** Whom a rule would have told in the time shown, by alerting's own replay of rules and routing. */
export function ToldWhom({ ruleText }: { readonly ruleText: string }) {
  const { window } = usePage();
  const run = useMutation({ mutationFn: () => backtest(ruleText, window.fromMs, window.endMs) });
  return (
    <div className="told">
      <Button size="compact-xs" variant="default" disabled={run.isPending} onClick={() => run.mutate()}>
        {run.isPending ? 'Replaying …' : 'Whom would it have told?'}
      </Button>
      {run.error === null ? null : <p className="error-text">{run.error.message.slice(0, 300)}</p>}
      {run.data === undefined ? null : (
        <div role="status">
          {run.data.error === '' ? null : <p className="error-text">{run.data.error.slice(0, 300)}</p>}
          <p>
            {run.data.fired} {run.data.fired === 1 ? 'alert' : 'alerts'} would have fired,{' '}
            {formatDuration(run.data.firingSeconds)} in all; {run.data.dropped} went away before.
          </p>
          <ul>
            {run.data.receivers.map(({ name, messages, atNight, nightsDisturbed }) => (
              <li key={name}>
                <strong>{name.slice(0, 80)}</strong>: {messages} {messages === 1 ? 'message' : 'messages'}
                {atNight > 0 ? `, ${atNight} at night (${nightsDisturbed} nights disturbed)` : ''}
              </li>
            ))}
          </ul>
          {run.data.receivers.length === 0 ? <p className="quiet">Nobody would have been told.</p> : null}
          {run.data.warnings.slice(0, 5).map((warning) => (
            <p key={warning} className="quiet">
              {warning.slice(0, 300)}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
