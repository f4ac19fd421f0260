import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { formatDuration } from '@tocsin/chart/units/format.ts';
import { allSilences, expireSilence, type Silence } from '../api/silences.ts';
import { usePage } from '../page/page-context.ts';
import { useParameter } from '../page/use-parameter.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { formatMoment } from '../time/clock-text.ts';
import { SilenceForm } from './silence-form.tsx';
import { matcherText } from './silence-matchers.ts';

const everyMs = 15_000;
const order: Readonly<Record<string, number>> = { active: 0, pending: 1, expired: 2 };
const tones: Readonly<Record<string, string>> = { active: 'busy', pending: 'warn', expired: 'quiet' };
const expiredMax = 20;

/** Silences in force, to come and over; and a new one. */
export function SilenceList() {
  const { state } = usePage();
  const [labels, setLabels] = useParameter('silence');
  const { data, error } = useQuery({
    queryKey: ['silences'],
    queryFn: ({ signal }) => allSilences(signal),
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
  });
  const sorted = [...(data ?? [])].sort(
    (a, b) => (order[a.state] ?? 3) - (order[b.state] ?? 3) || b.endsMs - a.endsMs,
  );
  const current = sorted.filter((silence) => silence.state !== 'expired');
  const expired = sorted.filter((silence) => silence.state === 'expired').slice(0, expiredMax);
  return (
    <section aria-label="Silences" className="sheet">
      {labels === '' ? (
        <Button size="xs" className="begin" onClick={() => setLabels('{}', 'push')}>
          New silence
        </Button>
      ) : (
        <SilenceForm key={labels} labels={labels} onDone={() => setLabels('')} />
      )}
      {data === undefined ? (
        error === null ? (
          <Skeleton height={100} />
        ) : (
          <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
        )
      ) : current.length === 0 ? (
        <PanelNote>No silence is in force: everybody is told of everything.</PanelNote>
      ) : (
        <ul className="silences">
          {current.map((silence) => (
            <SilenceRow key={silence.id} silence={silence} />
          ))}
        </ul>
      )}
      {expired.length === 0 ? null : (
        <details>
          <summary>The latest {expired.length} that are over</summary>
          <ul className="silences">
            {expired.map((silence) => (
              <SilenceRow key={silence.id} silence={silence} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function SilenceRow({ silence }: { readonly silence: Silence }) {
  const { nowMs } = usePage();
  const queries = useQueryClient();
  const expire = useMutation({
    mutationFn: () => expireSilence(silence.id),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <li className="card">
      <p className="row">
        <span className={`mark mark-${tones[silence.state] ?? 'quiet'}`}>{silence.state}</span>
        {silence.matchers.map((matcher) => (
          <span className="label-pair mono" key={matcherText(matcher)}>
            <bdi>{matcherText(matcher).slice(0, 200)}</bdi>
          </span>
        ))}
        {silence.state === 'expired' ? null : (
          <Button
            size="compact-xs"
            variant="default"
            className="rule-end"
            disabled={expire.isPending}
            onClick={() => expire.mutate()}
          >
            End it now
          </Button>
        )}
      </p>
      <p className="quiet">
        {formatMoment(silence.startsMs, nowMs)} – {formatMoment(silence.endsMs, nowMs)}
        {silence.state === 'active' ? ` (${formatDuration((silence.endsMs - nowMs) / 1000)} left)` : ''} by{' '}
        <bdi>{silence.createdBy.slice(0, 80)}</bdi>: <bdi>{silence.comment.slice(0, 400)}</bdi>
      </p>
      {expire.error === null ? null : <p className="error-text">{expire.error.message.slice(0, 300)}</p>}
    </li>
  );
}
