import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { getLabel, labelsFromObject, labelsFromPairs } from '../labels/labels.ts';
import { formatOfAccept, formatOfContentType } from './content-type.ts';
import type { ExpositionFamily, ExpositionFormat, ExpositionSample } from './family.ts';
import { REFUSED_LINES_MAX } from './limits.ts';
import { parseExposition } from './parse.ts';
import { renderExposition } from './render.ts';
import { expositionToWriteSeries } from './to-write-series.ts';

function sample(line: string, format: ExpositionFormat = 'text'): ExpositionSample {
  const parsed = parseExposition(format === 'text' ? line : `${line}\n# EOF\n`, format);
  assert.deepEqual(parsed.errors, []);
  assert.equal(parsed.samples.length, 1);
  return parsed.samples[0]!;
}

describe('exposition, text 0.0.4', () => {
  it('reads names, labels, values and timestamps', () => {
    assert.deepEqual(sample('up 1'), { labels: ['__name__', 'up'], value: 1 });
    assert.deepEqual(sample('http_requests_total{method="post",code="200"} 1027 1395066363000'), {
      labels: labelsFromObject({ __name__: 'http_requests_total', method: 'post', code: '200' }),
      value: 1027,
      timestampMs: 1395066363000,
    });
    assert.deepEqual(sample('  a:b \t { x = "1" , }\t-Inf   -3982045 '), {
      labels: ['__name__', 'a:b', 'x', '1'],
      value: Number.NEGATIVE_INFINITY,
      timestampMs: -3982045,
    });
    assert.equal(sample('x{} 1e-3').value, 0.001);
    assert.equal(sample('x +Inf').value, Number.POSITIVE_INFINITY);
    assert.ok(Number.isNaN(sample('x NaN').value));
    assert.deepEqual(sample('{"my.metric","a.b"="c"} 1').labels, ['__name__', 'my.metric', 'a.b', 'c']);
  });

  it('undoes the escapes of label values and help', () => {
    const parsed = parseExposition('# HELP x a\\\\b\\nc\\"\nx{p="C:\\\\D\\"e\\nf"} 1\n', 'text');
    assert.equal(parsed.metadata[0]?.help, 'a\\b\nc\\"');
    assert.equal(getLabel(parsed.samples[0]!.labels, 'p'), 'C:\\D"e\nf');
  });

  it('gathers metadata and passes over remarks', () => {
    const parsed = parseExposition(
      '# a remark\n# TYPE x counter\n#HELP x Help text.\n\nx 1\n# TYPE y untyped',
      'text',
    );
    assert.deepEqual(parsed.metadata, [
      { metric: 'x', type: 'counter', help: 'Help text.', unit: '' },
      { metric: 'y', type: 'unknown', help: '', unit: '' },
    ]);
    assert.deepEqual(parsed.errors, []);
  });

  it('keeps the good lines and says where the bad ones are', () => {
    const cases: readonly [line: string, column: number, message: RegExp][] = [
      ['x', 2, /expected a value, found the end of the line/],
      ['x one', 3, /expected a value, found "one"/],
      ['x 0x1p4', 3, /expected a value/],
      ['x 1 2.5', 5, /whole milliseconds, found "2.5"/],
      ['x 1 2 3', 7, /expected the end of the line, found "3"/],
      ['1x 1', 1, /expected a metric name, found "1x 1"/],
      ['{} 1', 1, /no metric name/],
      ['x{a} 1', 4, /expected "=" after label name "a", found "} 1"/],
      ['x{a=1} 1', 5, /expected a quoted label value/],
      ['x{a="1} 1', 5, /no closing quote/],
      ['x{a="1\\', 5, /no closing quote/],
      ['x{a="1" b="2"} 1', 9, /expected "," or "}"/],
      ['x{a="1",a="2"} 1', 9, /label "a" appears twice/],
      ['x{__name__="y"} 1', 3, /not written as a label/],
      ['# TYPE x cooler', 10, /expected a metric type, found "cooler"/],
      ['x 1 99999999999999999999', 5, /timestamp/],
    ];
    for (const [line, column, message] of cases) {
      const parsed = parseExposition(`good 1\n${line}\ngood 2\n`, 'text');
      assert.deepEqual(
        parsed.samples.map((good) => good.value),
        [1, 2],
        line,
      );
      assert.equal(parsed.errors.length, 1, line);
      assert.deepEqual([parsed.errors[0]?.line, parsed.errors[0]?.column], [2, column], line);
      assert.match(parsed.errors[0]?.message ?? '', message);
    }
  });

  it('refuses only the lines with invalid UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('a 1\nb{x="'),
      Buffer.of(0xff),
      Buffer.from('"} 1\nc{x="\u00e9"} 1\r\n'),
    ]);
    const parsed = parseExposition(bytes, 'text');
    assert.equal(parsed.samples.length, 2);
    assert.deepEqual(parsed.errors, [{ line: 2, column: 6, message: 'invalid UTF-8' }]);
  });

  it('gives up after a bounded number of refused lines', () => {
    const parsed = parseExposition('?\n'.repeat(REFUSED_LINES_MAX * 2), 'text');
    assert.equal(parsed.errors.length, REFUSED_LINES_MAX + 1);
    assert.match(parsed.errors.at(-1)?.message ?? '', /not read/);
  });
});

describe('exposition, OpenMetrics 1.0', () => {
  it('reads seconds, exemplars and units', () => {
    const line = 'x_bucket{le="1"} 5 1.5 # {trace_id="abc"} 0.67 1520879607.789';
    assert.deepEqual(sample(line, 'openmetrics'), {
      labels: labelsFromObject({ __name__: 'x_bucket', le: '1' }),
      value: 5,
      timestampMs: 1500,
      exemplar: { labels: ['trace_id', 'abc'], value: 0.67, timestampMs: 1520879607789 },
    });
    assert.deepEqual(sample('x_total 5 # {} 1', 'openmetrics').exemplar, { labels: [], value: 1 });
    const parsed = parseExposition(
      '# TYPE x info\n# UNIT x seconds\n# HELP x a \\"b\\"\n# EOF',
      'openmetrics',
    );
    assert.deepEqual(parsed.metadata, [{ metric: 'x', type: 'info', help: 'a "b"', unit: 'seconds' }]);
  });

  it('insists on # EOF at the end', () => {
    assert.match(parseExposition('x 1\n', 'openmetrics').errors[0]?.message ?? '', /without "# EOF"/);
    assert.deepEqual(parseExposition('# EOF\nx 1\n', 'openmetrics').errors, [
      { line: 2, column: 1, message: 'nothing may follow "# EOF"' },
    ]);
  });
});

describe('exposition, both ways', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 6 }).map((value) => value.replaceAll('\r', ''));
  const name = text.filter((value) => value !== '' && value !== '__name__');
  const labels = fc
    .tuple(name, fc.array(fc.tuple(name, text), { maxLength: 3 }))
    .map(([metric, pairs]) => labelsFromPairs([['__name__', metric], ...pairs]));
  const timestampMs = fc.integer({ min: -1e12, max: 4e12 });
  const anySample: fc.Arbitrary<ExpositionSample> = fc.record(
    { labels, value: fc.double(), timestampMs },
    { requiredKeys: ['labels', 'value'], noNullPrototype: true },
  );
  const family: fc.Arbitrary<ExpositionFamily> = fc.record(
    {
      metric: name,
      type: fc.constantFrom('counter', 'gauge', 'histogram', 'summary', 'unknown'),
      help: text,
      unit: fc.constant(''),
      samples: fc.array(anySample, { maxLength: 4 }),
    },
    { noNullPrototype: true },
  );

  for (const format of ['text', 'openmetrics'] as const)
    it(`reads back what it renders, ${format}`, () => {
      fc.assert(
        fc.property(fc.array(family, { maxLength: 3 }), (families) => {
          const parsed = parseExposition(renderExposition(families, format), format);
          assert.deepEqual(parsed.errors, []);
          assert.deepEqual(
            parsed.samples,
            families.flatMap((one) => one.samples),
          );
        }),
        { numRuns: 300 },
      );
    });

  it('never throws', () => {
    const pieces = fc.constantFrom(
      'x',
      '{',
      '}',
      '"',
      '\\',
      '=',
      ',',
      '#',
      ' ',
      '\n',
      '1',
      'TYPE',
      'HELP',
      'EOF',
      '\r',
    );
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(bodies, fc.constantFrom('text' as const, 'openmetrics' as const), (body, format) => {
        for (const error of parseExposition(body, format).errors)
          assert.ok(error.line >= 1 && error.column >= 1);
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseExposition(bytes, 'text')));
  });

  it('gathers samples by series', () => {
    const { samples } = parseExposition('a{x="1"} 1 5\nb 2\na{x="1"} 3 6\n', 'text');
    assert.deepEqual(expositionToWriteSeries(samples, 99), [
      {
        labels: ['__name__', 'a', 'x', '1'],
        timestampsMs: Float64Array.of(5, 6),
        values: Float64Array.of(1, 3),
      },
      { labels: ['__name__', 'b'], timestampsMs: Float64Array.of(99), values: Float64Array.of(2) },
    ]);
  });

  it('negotiates', () => {
    assert.equal(formatOfContentType('application/openmetrics-text; version=1.0.0'), 'openmetrics');
    assert.equal(formatOfContentType(undefined), 'text');
    assert.equal(formatOfAccept('text/plain;q=0.5, application/openmetrics-text'), 'openmetrics');
    assert.equal(formatOfAccept('text/plain, application/openmetrics-text;q=0.5'), 'text');
    assert.equal(formatOfAccept('*/*'), 'text');
  });
});
