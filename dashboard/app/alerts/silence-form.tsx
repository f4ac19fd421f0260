import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { notifierAlerts } from '../api/alerts.ts';
import { serverNow } from '../api/server-clock.ts';
import { createSilence, type SilenceMatcher } from '../api/silences.ts';
import { Icon } from '../page/icon.tsx';
import { PanelNote } from '../panel/panel-note.tsx';
import { bareName } from '../series/line.ts';
import { parseSpan } from '../time/range.ts';
import {
  labelsFromLink,
  matcherOperators,
  matchersOf,
  matcherText,
  operatorOf,
  withOperator,
} from './silence-matchers.ts';

const spans = ['30m', '1h', '2h', '4h', '8h', '24h', '3d', '7d'];
const authorStore = 'tocsin.author';
const empty: SilenceMatcher = { name: '', value: '', isRegex: false, isEqual: true };
const listedMax = 20;

/** A new silence, with the alerts it would hold back shown before it is made. */
export function SilenceForm({ labels, onDone }: { readonly labels: string; readonly onDone: () => void }) {
  const [rows, setRows] = useState<readonly { readonly id: number; readonly matcher: SilenceMatcher }[]>(() =>
    [...matchersOf(labelsFromLink(labels)), empty].map((matcher, id) => ({ id, matcher })),
  );
  const [span, setSpan] = useState('2h');
  const [author, setAuthor] = useState(readAuthor);
  const [comment, setComment] = useState('');
  const queries = useQueryClient();
  const matchers = rows.map(({ matcher }) => matcher).filter(({ name }) => name.trim() !== '');
  const filters = matchers.map(matcherText);
  const matched = useQuery({
    queryKey: ['alerts matched', filters],
    queryFn: ({ signal }) => notifierAlerts(signal, filters),
    placeholderData: keepPreviousData,
    enabled: filters.length > 0,
  });
  const create = useMutation({
    mutationFn: () => {
      const startsMs = serverNow();
      return createSilence({
        matchers,
        startsMs,
        endsMs: startsMs + (parseSpan(span) ?? 3600) * 1000,
        createdBy: author.trim(),
        comment: comment.trim(),
      });
    },
    onSuccess: async () => {
      keepAuthor(author.trim());
      await queries.invalidateQueries();
      onDone();
    },
  });
  const isReady = matchers.length > 0 && author.trim() !== '' && comment.trim() !== '';
  const set = (id: number, matcher: SilenceMatcher) =>
    setRows((now) => {
      const next = now.map((row) => (row.id === id ? { id, matcher } : row));
      const last = next.at(-1);
      return last === undefined || last.matcher.name !== ''
        ? [...next, { id: (last?.id ?? 0) + 1, matcher: empty }]
        : next;
    });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) create.mutate();
  };

  return (
    <form className="card" onSubmit={onSubmit} aria-label="New silence">
      <h2>Alerts with all of these labels are held back</h2>
      {rows.map(({ id, matcher }) => (
        <div className="row silence-row" key={id}>
          <TextInput
            size="xs"
            aria-label="Label"
            placeholder="label"
            value={matcher.name}
            onChange={(event) => set(id, { ...matcher, name: event.currentTarget.value })}
          />
          <NativeSelect
            size="xs"
            aria-label="How it is compared"
            value={operatorOf(matcher)}
            onChange={(event) => set(id, withOperator(matcher, event.currentTarget.value))}
            data={[...matcherOperators]}
          />
          <TextInput
            size="xs"
            className="grow"
            aria-label="Value"
            placeholder="value"
            value={matcher.value}
            onChange={(event) => set(id, { ...matcher, value: event.currentTarget.value })}
          />
          {matcher.name === '' ? null : (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Leave out ${matcher.name}`}
              onClick={() => setRows((now) => now.filter((row) => row.id !== id))}
            >
              <Icon name="close" size={13} />
            </ActionIcon>
          )}
        </div>
      ))}
      <div className="row row-end">
        <NativeSelect
          size="xs"
          label="For"
          value={span}
          onChange={(event) => setSpan(event.currentTarget.value)}
          data={spans}
        />
        <TextInput
          size="xs"
          label="Your name"
          value={author}
          onChange={(event) => setAuthor(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          className="grow"
          label="Why"
          placeholder="The disk is being replaced"
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      </div>
      <div className="silence-matched" aria-live="polite">
        {filters.length === 0 ? (
          <p className="quiet">Name at least one label.</p>
        ) : matched.error !== null ? (
          <PanelNote tone="bad">{matched.error.message.slice(0, 300)}</PanelNote>
        ) : matched.data === undefined ? null : (
          <>
            <p>
              {matched.data.length === 0
                ? 'No alert has these labels now.'
                : `Holds back ${matched.data.length} ${matched.data.length === 1 ? 'alert' : 'alerts'} that ${matched.data.length === 1 ? 'is' : 'are'} there now:`}
            </p>
            <ul>
              {matched.data.slice(0, listedMax).map((alert) => (
                <li className="mono" key={JSON.stringify(alert.labels)}>
                  <bdi>{bareName(alert.labels).slice(0, 300)}</bdi>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <div className="row">
        <Button type="submit" size="xs" disabled={!isReady || create.isPending}>
          Silence
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
          Cancel
        </Button>
        {create.error === null ? null : (
          <span className="error-text">{create.error.message.slice(0, 300)}</span>
        )}
      </div>
    </form>
  );
}

function readAuthor(): string {
  try {
    return localStorage.getItem(authorStore) ?? '';
  } catch {
    return '';
  }
}

function keepAuthor(author: string): void {
  try {
    localStorage.setItem(authorStore, author);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
