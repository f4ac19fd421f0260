import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { RULE_LIMITS } from '../limits.ts';
import type { UnitTestFile } from './unit-test.ts';
import { UNIT_TEST_SCHEMA } from './unit-test-schema.ts';

const DEFAULT_INTERVAL_MS = 60_000;

/** Reads a file of rule unit tests. @throws ConfigError naming the line, for anything promtool would refuse too. */
export function loadUnitTests(file: string, text: string): UnitTestFile {
  if (text.length > RULE_LIMITS.fileLength) {
    throw new ConfigError(
      file,
      null,
      `the file is longer than ${RULE_LIMITS.fileLength} characters; split it`,
    );
  }
  const source = parseYamlFile(file, text, { asText: true });
  const values = checkSchema(source, UNIT_TEST_SCHEMA);
  const evaluationIntervalMs = values.evaluation_interval || DEFAULT_INTERVAL_MS;
  values.group_eval_order.forEach((name, i) => {
    if (values.group_eval_order.indexOf(name) === i) return;
    throw new ConfigError(
      file,
      source.lineOf(['group_eval_order', i]),
      `group "${name}" is there twice in group_eval_order; remove one`,
    );
  });
  return {
    file,
    ruleFiles: values.rule_files.filter((pattern) => pattern !== ''),
    evaluationIntervalMs,
    groupOrder: values.group_eval_order,
    fuzzyCompare: values.fuzzy_compare,
    tests: values.tests.map((test, i) => ({
      name: test.name,
      shownName: test.name || `unnamed#${i}`,
      line: source.lineOf(['tests', i]),
      intervalMs: test.interval || evaluationIntervalMs,
      startMs: test.start_timestamp,
      inputSeries: test.input_series.map((series, j) => ({
        ...series,
        line: source.lineOf(['tests', i, 'input_series', j]),
      })),
      alertTests: test.alert_rule_test.map((each, j) => ({
        line: source.lineOf(['tests', i, 'alert_rule_test', j]),
        evalTimeMs: each.eval_time,
        alertName: each.alertname,
        expected: each.exp_alerts.map(({ exp_labels, exp_annotations }) => ({
          labels: exp_labels,
          annotations: exp_annotations,
        })),
      })),
      expressionTests: test.promql_expr_test.map((each, j) => ({
        line: source.lineOf(['tests', i, 'promql_expr_test', j]),
        expression: each.expr,
        evalTimeMs: each.eval_time,
        expected: each.exp_samples,
      })),
      externalLabels: test.external_labels,
      externalUrl: test.external_url,
    })),
  };
}
