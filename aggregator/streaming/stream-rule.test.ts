import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { formatLabels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import fc from 'fast-check';
import { parseOutput } from './stream-output.ts';
import { createStreamRules, dueWindow, type StreamRuleConfig } from './stream-rule.ts';

const BASE: StreamRuleConfig = { match: '{job="a"}', interval: '1m', outputs: ['total'] };
const LABELS = labelsFromObject({ __name__: 'requests_total', job: 'a', pod: 'p1', path: '/' });

function outputsOf(config: Partial<StreamRuleConfig>): readonly string[] {
  const [rule] = createStreamRules([{ ...BASE, ...config }]);
  const group = rule!.groupLabels(rule!.inputLabels(LABELS));
  return rule!.outputs.flatMap((output) => rule!.outputLabels(group, output)).map(formatLabels);
}

describe('a stream rule', () => {
  it('names what it makes after the metric, the interval, the grouping and the output', () => {
    assert.deepEqual(outputsOf({}), ['requests_total:1m_total{job="a", path="/", pod="p1"}']);
    assert.deepEqual(outputsOf({ by: ['path', 'job'], outputs: ['increase', 'max'] }), [
      'requests_total:1m_by_job_path_increase{job="a", path="/"}',
      'requests_total:1m_by_job_path_max{job="a", path="/"}',
    ]);
    assert.deepEqual(outputsOf({ by: [] }), ['requests_total:1m_total']);
    assert.deepEqual(outputsOf({ without: ['pod', 'path'] }), [
      'requests_total:1m_without_path_pod_total{job="a"}',
    ]);
    assert.deepEqual(outputsOf({ by: ['job'], outputs: ['quantiles(0.5, 0.99)'] }), [
      'requests_total:1m_by_job_quantiles{job="a", quantile="0.5"}',
      'requests_total:1m_by_job_quantiles{job="a", quantile="0.99"}',
    ]);
    assert.deepEqual(outputsOf({ drop_labels: ['pod'], keep_metric_name: true }), [
      'requests_total{job="a", path="/"}',
    ]);
  });

  it('is another when anything in it is', () => {
    const rules = createStreamRules([BASE, { ...BASE, late: '30s' }, { ...BASE, keep_raw: true }]);
    assert.equal(new Set(rules.map(({ id }) => id)).size, 3);
    const [reordered] = createStreamRules([{ outputs: ['total'], interval: '1m', match: '{job="a"}' }]);
    assert.equal(reordered!.id, rules[0]!.id);
  });

  it('has windows at multiples of its interval, due once late samples need not be waited for', () => {
    const [rule] = createStreamRules([BASE]);
    assert.equal(dueWindow(rule!, 149_999), 60_000);
    assert.equal(dueWindow(rule!, 150_000), 120_000);
  });

  it('says what is wrong with it, and where', () => {
    const refused = (config: Partial<StreamRuleConfig>): string => {
      try {
        createStreamRules([
          { ...BASE, keep_raw: true },
          { ...BASE, ...config },
        ]);
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    assert.match(refused({ match: '{' }), /^stream_aggregation\[1\]\.match: /);
    assert.match(refused({ match: '{a=~"("}' }), /^stream_aggregation\[1\]\.match: /);
    assert.match(refused({ interval: '500ms' }), /\.interval: expected 1s or more/);
    assert.match(refused({ interval: 'soon' }), /\.interval: "soon" is no duration/);
    assert.match(refused({ staleness: '30s' }), /\.staleness: expected the interval, 1m, or more/);
    assert.match(
      refused({ interval: '1s', staleness: '1h' }),
      /\.staleness: expected at most 1000 intervals/,
    );
    assert.match(refused({ by: ['a'], without: ['b'] }), /\.without: by and without exclude each other/);
    assert.match(refused({ outputs: [] }), /\.outputs: expected at least one/);
    assert.match(refused({ outputs: ['median'] }), /\.outputs: there is no output "median"/);
    assert.match(refused({ outputs: ['avg', 'avg'] }), /\.outputs: each output may stand there once/);
    assert.match(
      refused({ keep_metric_name: true, outputs: ['avg', 'max'] }),
      /\.keep_metric_name: two outputs/,
    );
    assert.match(refused({ keep_metric_name: true, keep_raw: true }), /\.keep_metric_name: outputs and raw/);
    assert.match(refused({ drop_labels: ['__name__'] }), /\.drop_labels: the metric's name/);
    assert.match(refused({ keep_raw: true }), /\[1\]\.match: the same rule stands further up/);
    assert.equal(refused({}), 'accepted');
  });
});

test('an output is one of the list, or quantiles from 0 to 1', () => {
  for (const text of [
    'quantiles(0)',
    'quantiles(1)',
    'quantiles(.5)',
    'quantiles( 0.25 , 0.75 )',
    'rate_sum',
  ])
    assert.ok(parseOutput(text), text);
  for (const text of [
    '',
    'quantiles',
    'quantiles()',
    'quantiles(1.5)',
    'quantiles(0.5,0.50)',
    'quantiles(x)',
    'sum',
  ])
    assert.equal(parseOutput(text), null, text);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const output = parseOutput(`quantiles(${text})`);
      if (output?.kind === 'quantiles')
        for (const { value } of output.quantiles) assert.ok(value >= 0 && value <= 1);
    }),
  );
});
