import { Button, NativeSelect, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { type LogFilter, parseAddress } from '../address/address.ts';
import { logServices } from '../api/loki.ts';
import { usePage } from '../page/page-context.ts';
import { levels } from './log-query.ts';

const typingMs = 300;
const nothing: LogFilter = { service: '', level: '', text: '' };

/** Which records are looked for; kept in the address. Text counts when typing pauses. */
export function LogFilterBar({ visible }: { readonly visible: boolean }) {
  const { state, change, window } = usePage();
  const { logs: filter } = state;
  const [text, setText] = useState(filter.text);
  // Of two changes in quick succession the second must not undo the first, drawn or not.
  const set = useCallback(
    (part: Partial<LogFilter>) =>
      change({ logs: { ...parseAddress(location.search).logs, ...part } }, 'replace'),
    [change],
  );

  useEffect(() => setText(filter.text), [filter.text]);
  useEffect(() => {
    if (text === filter.text) return;
    const timer = setTimeout(() => set({ text }), typingMs);
    return () => clearTimeout(timer);
  }, [text, filter.text, set]);

  const services = useQuery({
    queryKey: ['log services', Math.floor(window.endMs / 60_000)],
    queryFn: ({ signal }) => logServices(window, signal),
    placeholderData: keepPreviousData,
    enabled: visible,
  });
  // A service in a link stays to be seen, also when it sent nothing in this time.
  const known = new Set([...(services.data ?? []), ...(filter.service === '' ? [] : [filter.service])]);
  const isFiltered = filter.service !== '' || filter.level !== '' || filter.text !== '';

  return (
    <search className="log-filter">
      <NativeSelect
        size="xs"
        aria-label="Service"
        value={filter.service}
        onChange={(event) => set({ service: event.currentTarget.value })}
        data={[
          { value: '', label: 'all services' },
          ...[...known].sort().map((name) => ({ value: name, label: name.slice(0, 80) })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="Level"
        value={filter.level}
        onChange={(event) => set({ level: event.currentTarget.value })}
        data={[{ value: '', label: 'all levels' }, ...levels]}
      />
      <TextInput
        size="xs"
        className="log-text"
        aria-label="Text in the line"
        placeholder="Text in the line"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {isFiltered ? (
        <Button size="xs" variant="subtle" color="gray" onClick={() => set(nothing)}>
          Clear
        </Button>
      ) : null}
    </search>
  );
}
