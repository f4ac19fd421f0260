import { ActionIcon, Button, TextInput } from '@mantine/core';
import { unitOf } from '@tocsin/chart/units/unit.ts';
import { type FormEvent, useEffect, useState } from 'react';
import type { Panel } from '../layout/panel.ts';
import { TimePanel } from '../panel/time-panel.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** A question of one's own, in PromQL, drawn on the page's time axis. Links from alerts open here. */
export function QueryBox() {
  const { state, change } = usePage();
  const { query } = state;
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    change({ query: text.trim() }, 'push');
  };
  return (
    <section className="query" aria-label="Query" id="query">
      <form onSubmit={onSubmit}>
        <TextInput
          size="xs"
          className="query-text"
          aria-label="PromQL expression"
          placeholder="Ask in PromQL: sum by (job) (rate(tocsin_http_requests_total[5m]))"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            query === '' ? null : (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label="Clear the query"
                onClick={() => change({ query: '' }, 'push')}
              >
                <Icon name="close" size={13} />
              </ActionIcon>
            )
          }
        />
        <Button type="submit" size="xs" variant="default">
          Draw
        </Button>
      </form>
      {query === '' ? null : <TimePanel key={query} panel={panelOf(query)} wide />}
    </section>
  );
}

/** A query's unit is that of the first metric in it, unless it is turned into a rate or count. */
function panelOf(query: string): Panel {
  const names = query.match(/[a-zA-Z_:][\w:]*_(?:bytes|seconds|ratio|celsius)\b/g) ?? [];
  const isChanged = /\b(rate|irate|increase|count|deriv|changes|resets)\s*(by|without)?\s*\(|[<>=/*]/.test(
    query,
  );
  const unit = isChanged ? unitOf('') : unitOf(names[0] ?? '');
  return {
    id: 'query',
    layer: 'system',
    title: query,
    help: '',
    unit,
    draw: 'lines',
    queries: [{ expr: query, legend: '' }],
  };
}
