import { ActionIcon, Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { exploreAddress } from '../address/address.ts';
import { TimePanel } from '../panel/time-panel.tsx';
import { queryPanel } from '../promql/query-panel.ts';
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
        <Button
          component={Link}
          to={{ pathname: '/explore', search: exploreAddress(state, text.trim()) }}
          size="xs"
          variant="subtle"
          color="gray"
        >
          Explore
        </Button>
      </form>
      {query === '' ? null : <TimePanel key={query} panel={queryPanel(query)} wide />}
    </section>
  );
}
