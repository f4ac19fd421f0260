import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { useState } from 'react';
import { stringify } from 'yaml';
import { ask } from '../api/ask.ts';
import { canWriteRules } from '../api/explore.ts';
import { CodeToCopy } from '../page/code-to-copy.tsx';
import { usePage } from '../page/page-context.ts';
import { fill } from '../promql/fill.ts';
import { parseSpan } from '../time/range.ts';
import { type AlertDraft, alertGroup, alertRuleYaml } from './alert-rule.ts';
import { BacktestResult } from './backtest-result.tsx';

const severities = ['critical', 'warning', 'info'];
const comparisonOperators = ['>', '>=', '<', '<=', '==', '!='];
const namePattern = /^[\p{L}\p{N}_ .:-]{1,100}$/u;

/** An expression made into an alerting rule, with what it would have done in the time shown beside it. */
export function AlertFromQuery({ expr }: { readonly expr: string }) {
  const { window } = usePage();
  const isCondition = hasComparison(fill(expr, window));
  const [name, setName] = useState('');
  const [operator, setOperator] = useState('>');
  const [threshold, setThreshold] = useState('0');
  const [forText, setFor] = useState('5m');
  const [severity, setSeverity] = useState('warning');
  const [summary, setSummary] = useState('');
  // A rule has no window to zoom: rates get the span they have on the page now.
  const base = fill(expr, window);
  const condition = isCondition ? base : `${parenthesized(base)} ${operator} ${threshold}`;
  const forSeconds = forText === '0s' || forText === '' ? 0 : (parseSpan(forText) ?? Number.NaN);
  const problem = !namePattern.test(name)
    ? 'Give the alert a name.'
    : !isCondition && (threshold.trim() === '' || Number.isNaN(Number(threshold)))
      ? 'The limit is not a number.'
      : Number.isNaN(forSeconds)
        ? 'The duration is not one: write 30s, 5m or 1h.'
        : '';
  const draft: AlertDraft = { name: name || 'Unnamed', expr: condition, forText, severity, summary };

  return (
    <div className="alert-draft">
      <section className="card" aria-label="Alert rule">
        <h2>The rule</h2>
        <div className="row row-end">
          <TextInput
            size="xs"
            label="Name"
            className="grow"
            value={name}
            placeholder="OrdersTooFew"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {isCondition ? null : (
            <>
              <NativeSelect
                size="xs"
                label="fires when it is"
                value={operator}
                onChange={(event) => setOperator(event.currentTarget.value)}
                data={comparisonOperators}
              />
              <TextInput
                size="xs"
                label="this limit"
                w={90}
                value={threshold}
                onChange={(event) => setThreshold(event.currentTarget.value)}
              />
            </>
          )}
          <TextInput
            size="xs"
            label="for at least"
            w={90}
            value={forText}
            onChange={(event) => setFor(event.currentTarget.value.trim())}
          />
          <NativeSelect
            size="xs"
            label="Severity"
            value={severity}
            onChange={(event) => setSeverity(event.currentTarget.value)}
            data={severities}
          />
        </div>
        <TextInput
          size="xs"
          mt="xs"
          label="What the person who is told should read"
          value={summary}
          placeholder="{{ $value }} orders a minute at {{ $labels.instance }}"
          onChange={(event) => setSummary(event.currentTarget.value)}
        />
        <p className={problem === '' || name === '' ? 'quiet' : 'error-text'} role="status">
          {problem === '' ? 'Keep this in a rule file named under rules: in tocsin.yaml.' : problem}
        </p>
        <CodeToCopy code={alertRuleYaml(draft)} />
        <SaveRule draft={draft} isReady={problem === ''} />
      </section>
      <BacktestResult
        ruleText={problem === '' ? alertRuleYaml(draft) : ''}
        condition={condition}
        forSeconds={Number.isNaN(forSeconds) ? 0 : forSeconds}
      />
    </div>
  );
}

function SaveRule({ draft, isReady }: { readonly draft: AlertDraft; readonly isReady: boolean }) {
  const { data: canSave } = useQuery({
    queryKey: ['can write rules'],
    queryFn: ({ signal }) => canWriteRules(signal),
  });
  const save = useMutation({
    mutationFn: () =>
      ask({
        path: '/alerting/config/v1/rules/page',
        change: {
          method: 'POST',
          body: stringify({ ...alertGroup(draft), name: draft.name }),
          contentType: 'application/yaml',
        },
      }),
  });
  if (canSave !== true) return null;
  return (
    <div className="row">
      <Button size="xs" disabled={!isReady || save.isPending} onClick={() => save.mutate()}>
        Save the rule
      </Button>
      {save.isSuccess ? <span role="status">Saved: it is evaluated from now on.</span> : null}
      {save.error === null ? null : <span className="error-text">{save.error.message.slice(0, 400)}</span>}
    </div>
  );
}

function hasComparison(expr: string): boolean {
  try {
    let node = parseExpr(expr);
    while (node.kind === 'paren') node = node.operand;
    return (
      node.kind === 'binary' &&
      !node.bool &&
      [...comparisonOperators, 'and', 'or', 'unless'].includes(node.operator)
    );
  } catch {
    return false;
  }
}

function parenthesized(expr: string): string {
  try {
    return parseExpr(expr).kind === 'binary' ? `(${expr})` : expr;
  } catch {
    return expr;
  }
}
