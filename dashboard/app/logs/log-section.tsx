import { Button, NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LogFilter } from '../address/address.ts';
import { findLogs, logServices } from '../api/loki.ts';
import { usePage } from '../page/page-context.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { levels } from './log-query.ts';
import { LogTable } from './log-table.tsx';

const firstLimit = 200;
const limitMax = 2000;
const typingMs = 300;

/** Log records of the page's time, found by service, level and text. */
export function LogSection() {
  const { state, change, window } = usePage();
  const { logs: filter } = state;
  const [ref, visible] = useVisible();
  const [limit, setLimit] = useState(firstLimit);
  const [text, setText] = useState(filter.text);

  const setFilter = (part: Partial<LogFilter>) => {
    setLimit(firstLimit);
    change({ logs: { ...filter, ...part } }, 'replace');
  };
  useEffect(() => setText(filter.text), [filter.text]);
  useEffect(() => {
    if (text === filter.text) return;
    const timer = setTimeout(() => {
      setLimit(firstLimit);
      change({ logs: { ...filter, text } }, 'replace');
    }, typingMs);
    return () => clearTimeout(timer);
  }, [text, filter, change]);

  const { data, error, isPending } = useQuery({
    queryKey: ['logs', filter, window.fromMs, window.endMs, limit],
    queryFn: ({ signal }) => findLogs(filter, window, limit, signal),
    placeholderData: keepPreviousData,
    enabled: visible,
  });
  const services = useQuery({
    queryKey: ['log services', Math.floor(window.endMs / 60_000)],
    queryFn: ({ signal }) => logServices(window, signal),
    placeholderData: keepPreviousData,
    enabled: visible,
  });
  const known = new Set([...(services.data ?? []), ...(filter.service === '' ? [] : [filter.service])]);
  const isFiltered = filter.service !== '' || filter.level !== '' || filter.text !== '';

  return (
    <section className="layer layer-logs" id="logs" aria-labelledby="logs-title" ref={ref}>
      <div className="layer-head">
        <h2 id="logs-title">Logs</h2>
        <span>newest first, in the time shown above</span>
      </div>
      <search className="log-filter">
        <NativeSelect
          size="xs"
          aria-label="Service"
          value={filter.service}
          onChange={(event) => setFilter({ service: event.currentTarget.value })}
          data={[
            { value: '', label: 'all services' },
            ...[...known].sort().map((name) => ({ value: name, label: name.slice(0, 80) })),
          ]}
        />
        <NativeSelect
          size="xs"
          aria-label="Level"
          value={filter.level}
          onChange={(event) => setFilter({ level: event.currentTarget.value })}
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
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            onClick={() => setFilter({ service: '', level: '', text: '' })}
          >
            Clear
          </Button>
        ) : null}
      </search>
      {error !== null && data === undefined ? (
        <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
      ) : isPending ? (
        <Skeleton height={160} />
      ) : data === undefined || data.length === 0 ? (
        <PanelNote>
          {isFiltered
            ? 'No line matches in this time.'
            : 'No log lines in this time. A service that uses the library sends them with tocsin.logger (pino).'}
        </PanelNote>
      ) : (
        <>
          <div className="log-scroll">
            <LogTable rows={data} />
          </div>
          {data.length >= limit && limit < limitMax ? (
            <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setLimit(limit * 2)}>
              Show older lines
            </Button>
          ) : null}
        </>
      )}
    </section>
  );
}
