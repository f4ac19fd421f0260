import { Button, Menu, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { formatQuery, queryTable } from '../api/explore.ts';
import { Icon } from '../page/icon.tsx';
import { usePage } from '../page/page-context.ts';
import { useParameter } from '../page/use-parameter.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { TimePanel } from '../panel/time-panel.tsx';
import { fill } from '../promql/fill.ts';
import { queryPanel } from '../promql/query-panel.ts';
import '../explore/explore.css';
import { AlertFromQuery } from './alert-from-query.tsx';
import { CostTree } from './cost-tree.tsx';
import { Explained } from './explained.tsx';
import { PromqlEditor } from './promql-editor.tsx';
import { QueryCostLine } from './query-cost-line.tsx';
import { readHistory, remember } from './query-history.ts';
import { ResultTable } from './result-table.tsx';

const AddToDashboard = lazy(() => import('./add-to-dashboard.tsx'));

const views = [
  { value: 'graph', label: 'Graph' },
  { value: 'table', label: 'Table' },
  { value: 'explained', label: 'Explained' },
  { value: 'panel', label: 'Make a panel' },
  { value: 'alert', label: 'Make an alert' },
];

/** A question in PromQL: written with help, drawn, listed, explained, priced, and made into a panel or an alert. */
export default function ExplorePage() {
  useTitle('Explore');
  const { window } = usePage();
  const [expr, setExpr] = useParameter('expr');
  const [view, setView] = useParameter('view', 'graph');
  const [text, setText] = useState(expr);
  const [earlier, setEarlier] = useState(readHistory);
  const [formatError, setFormatError] = useState('');
  useEffect(() => setText(expr), [expr]);

  const filled = fill(expr, window);
  const table = useQuery({
    queryKey: ['table', filled, window.endMs],
    queryFn: ({ signal }) => queryTable(filled, window.endMs, signal),
    placeholderData: keepPreviousData,
    enabled: expr !== '',
  });

  const run = (wanted: string) => {
    const trimmed = wanted.trim();
    setFormatError('');
    setExpr(trimmed, 'push');
    setEarlier(remember(trimmed));
  };
  const format = async () => {
    try {
      setText(await formatQuery(text));
      setFormatError('');
    } catch (error) {
      setFormatError(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>Explore</h1>
        <p>Enter asks, Shift+Enter begins a line, Ctrl+Space completes.</p>
      </div>
      <section className="card explore-ask" aria-label="Question">
        <PromqlEditor
          value={text}
          label="PromQL expression"
          onChange={setText}
          onRun={run}
          earlier={earlier}
        />
        <div className="row">
          <Button size="xs" onClick={() => run(text)}>
            Ask
          </Button>
          <Button size="xs" variant="default" onClick={() => void format()} disabled={text.trim() === ''}>
            Format
          </Button>
          <Menu position="bottom-start" shadow="md" width={420}>
            <Menu.Target>
              <Button size="xs" variant="default" disabled={earlier.length === 0}>
                Asked before
              </Button>
            </Menu.Target>
            <Menu.Dropdown className="explore-history">
              {earlier.slice(0, 20).map((one) => (
                <Menu.Item key={one} onClick={() => run(one)}>
                  <code>{one.slice(0, 300)}</code>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          {table.data === undefined ? null : <QueryCostLine cost={table.data.cost} />}
        </div>
        {formatError === '' ? null : <p className="error-text">{formatError.slice(0, 400)}</p>}
      </section>
      {expr === '' ? (
        <FirstQuestions onAsk={run} />
      ) : (
        <>
          <SegmentedControl
            size="xs"
            aria-label="What is shown of the answer"
            value={views.some(({ value }) => value === view) ? view : 'graph'}
            onChange={(next) => setView(next)}
            data={views}
            className="explore-views"
          />
          {view === 'table' ? (
            table.error !== null ? (
              <PanelNote tone="bad">{table.error.message.slice(0, 500)}</PanelNote>
            ) : (
              <ResultTable answer={table.data} />
            )
          ) : view === 'explained' ? (
            <>
              <Explained expr={expr} />
              {table.data?.cost.explanation === undefined ? null : (
                <CostTree node={table.data.cost.explanation} />
              )}
            </>
          ) : view === 'alert' ? (
            <AlertFromQuery key={expr} expr={expr} />
          ) : view === 'panel' ? (
            <Suspense>
              <AddToDashboard key={expr} expr={expr} />
            </Suspense>
          ) : (
            <TimePanel key={expr} panel={queryPanel(expr)} wide />
          )}
        </>
      )}
    </div>
  );
}

const firstQuestions = [
  ['Which targets are up?', 'up'],
  ['How many requests a second, by part?', 'sum by (job) (rate(tocsin_http_requests_total[$window]))'],
  [
    'How busy are the processors?',
    '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$window]))',
  ],
  ['Which metrics have the most series?', 'topk(10, count by (__name__) ({__name__=~".+"}))'],
] as const;

function FirstQuestions({ onAsk }: { readonly onAsk: (expr: string) => void }) {
  return (
    <section className="card" aria-label="First questions">
      <h2>To begin with</h2>
      <ul className="explore-first">
        {firstQuestions.map(([question, expr]) => (
          <li key={expr}>
            <button type="button" onClick={() => onAsk(expr)}>
              <Icon name="query" size={13} /> {question} <code>{expr}</code>
            </button>
          </li>
        ))}
      </ul>
      <p className="quiet">
        $window is a span that fits the time shown, $range all of it: rates stay right when you zoom.
      </p>
    </section>
  );
}
