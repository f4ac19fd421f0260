import { END_SECONDS, INTERVAL_SECONDS, START_SECONDS } from './dataset.ts';

/** A generated expression: its text, and the expressions in it that can stand alone. */
export interface Generated {
  readonly text: string;
  readonly parts: readonly Generated[];
}

const FLOATS = 'up gauge gauge constant single inf limits owner build_info order target_info'.split(' ');
const COUNTERS = words(`
  requests_total requests_total other_total lat_bucket lat_count lat_sum {"utf8.näme"}
`);
const HISTOGRAMS = ['hist', 'custom', 'mixed', 'mixed'];
const LABELS = words(`
  job instance code le g team env extra sign n __name__ "läbel.x" absent
`);
const MATCHERS = words(`
  job="api" job!="api" job=~"api|db" job!~"d.*" instance=~"a|b|c" instance!="" instance=""
  job=~".+" job=~".*" code=~"[24]..",job!="" instance=~"(?i:A)" absent=""
  job="api",instance=~"[ab]" job=~"^(?:api)$" "läbel.x"!=""
`);
const NUMBERS = words(`
  0 -0 1 -1 2 0.5 0.9 -0.1 1.1 3 10 1e3 1e300 Inf -Inf NaN 0x1F 1e-7 1e21
  100000000000000000000 .5 5m 1_000
`);
const RANGES = '30s 1m 2m 5m 5m 10m 45s 1ms 1h 90s 2m30s'.split(' ');
const OFFSETS = '30s 1m 5m -1m -5m 17s 1ms 0s'.split(' ');
/** Durations that are worked out. */
const WORKED_OUT = [
  '2m + 30s',
  '5m * 2',
  '1h / 12',
  '(1m)',
  '10m - 5m',
  '90',
  '30s ^ 1',
  '7m % 4m',
  '2 * (1m + 15s)',
  '-(-5m)',
];
const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'];
const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='];
const SETS = ['and', 'or', 'unless'];
const AGGREGATIONS = 'sum sum avg min max count group stddev stdvar'.split(' ');
const RANKS = ['topk', 'bottomk', 'limitk'];
const ELEMENTWISE = words(`
  abs ceil floor exp ln log2 log10 sqrt sgn sin cos tan asin acos atan sinh cosh tanh
  asinh acosh atanh deg rad timestamp sort sort_desc absent round
`);
/** Of times only: what they say of NaN and infinity depends on Go's processor. */
const DATES = 'minute hour day_of_week day_of_month day_of_year days_in_month month year'.split(' ');
const OVER_HISTOGRAMS = words(`
  histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar
`);
const OVER_RANGES = words(`
  rate rate increase delta irate idelta deriv changes resets avg_over_time sum_over_time
  min_over_time max_over_time count_over_time last_over_time present_over_time
  absent_over_time stddev_over_time stdvar_over_time mad_over_time ts_of_min_over_time
  ts_of_max_over_time ts_of_last_over_time
`);
const REGEXES = [
  '',
  ...words(String.raw`(.*) (a)(b)? (?P<x>.)(.*) .* (.+)-? api [a-z]+ (?i)(A.*) (\\d+) ^(.) b|c (?:)`),
];
const REPLACEMENTS = ['', ...words('$1 $\x7b1}x $x $0 new $$1 $2-$1 $\x7bx} $1x ü')];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Random expressions over the data set, most of them well-typed; the same for the same random numbers. */
export class QueryGenerator {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  query(): Generated {
    const depth = 1 + this.#below(4);
    const kind = this.#below(20);
    if (kind === 0) return this.#scalar(depth);
    if (kind === 1) return this.#range(depth);
    if (kind === 2) return this.#anything(depth);
    return this.#vector(depth);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  /** Of any type, so that errors of type appear. */
  #anything(depth: number): Generated {
    return this.#pick([
      () => this.#vector(depth),
      () => this.#scalar(depth),
      () => this.#range(depth),
      () => leaf('"text"'),
    ])();
  }

  #selector(names: readonly string[]): Generated {
    const name = this.#pick(names);
    if (this.#chance(0.5)) return leaf(name);
    const matcher = this.#pick(MATCHERS);
    return leaf(name.startsWith('{') ? `${name.slice(0, -1)},${matcher}}` : `${name}{${matcher}}`);
  }

  #names(): readonly string[] {
    return this.#pick([FLOATS, FLOATS, COUNTERS, HISTOGRAMS]);
  }

  #shift(): string {
    const at = this.#chance(0.1) ? ` @ ${this.#pick(['start()', 'end()', String(this.#time())])}` : '';
    const offset = this.#chance(0.15)
      ? ` ${this.#pick(['offset', 'offset', 'OFFSET'])} ${this.#chance(0.15) ? `(${this.#pick(WORKED_OUT)})` : this.#pick(OFFSETS)}`
      : '';
    return this.#chance(0.5) ? at + offset : offset + at;
  }

  #time(): number {
    return START_SECONDS + this.#below(END_SECONDS - START_SECONDS);
  }

  #instant(names = this.#names()): Generated {
    return leaf(this.#selector(names).text + this.#shift());
  }

  #range(depth: number, names = this.#names()): Generated {
    if (depth > 1 && this.#chance(0.25)) {
      const inner = this.#chance(0.2) ? this.#overRange(depth - 1) : this.#vector(depth - 1);
      const resolution = this.#pick(['', '30s', '1m', '17s', `${INTERVAL_SECONDS / 2}s`]);
      return node(
        `${bracketed(inner)}[${this.#pick(RANGES.filter((range) => range !== '1ms'))}:${resolution}]${this.#shift()}`,
        inner,
      );
    }
    const range = this.#chance(0.08) ? this.#pick(WORKED_OUT) : this.#pick(RANGES);
    return leaf(`${this.#selector(names).text}[${range}]${this.#shift()}`);
  }

  #scalar(depth: number): Generated {
    if (depth <= 1 || this.#chance(0.5))
      return leaf(this.#chance(0.1) ? this.#pick(['time()', 'pi()']) : this.#pick(NUMBERS));
    if (this.#chance(0.5)) return call('scalar', [this.#vector(depth - 1)]);
    if (this.#chance(0.2))
      return leaf(`(${this.#pick(['time() % 600', '-time()', '-(2 ^ -1)', '(time() / 60) % 1.5', '+1'])})`);
    const [left, right] = [this.#scalar(depth - 1), this.#scalar(depth - 1)];
    const operator = this.#chance(0.3) ? `${this.#pick(COMPARISONS)} bool` : this.#pick(ARITHMETIC);
    return node(`(${left.text} ${operator} ${right.text})`, left, right);
  }

  #vector(depth: number): Generated {
    if (depth <= 0) return this.#instant();
    return this.#pick([
      () => this.#instant(),
      () => this.#binary(depth),
      () => this.#binary(depth),
      () => this.#binary(depth),
      () => this.#aggregation(depth),
      () => this.#aggregation(depth),
      () => this.#aggregation(depth),
      () => this.#overRange(depth),
      () => this.#overRange(depth),
      () => this.#overRange(depth),
      () => call(this.#pick(ELEMENTWISE), [this.#vector(depth - 1)]),
      () => this.#ofHistograms(depth),
      () => this.#ofHistograms(depth),
      () => this.#withArguments(depth),
      () => this.#labelling(depth),
      () => this.#unary(depth),
    ])();
  }

  #unary(depth: number): Generated {
    const inner = this.#vector(depth - 1);
    return node(this.#chance(0.7) ? `-${bracketed(inner)}` : `(${inner.text})`, inner);
  }

  #binary(depth: number): Generated {
    const left = this.#chance(0.12) ? this.#scalar(depth - 1) : this.#vector(depth - 1);
    const right = this.#chance(0.25)
      ? this.#scalar(depth - 1)
      : this.#chance(0.2)
        ? left
        : this.#vector(depth - 1);
    const kind = this.#random();
    const isSet = kind < 0.2;
    const isComparison = kind >= 0.2 && kind < 0.5;
    let operator = this.#pick(isSet ? SETS : isComparison ? COMPARISONS : ARITHMETIC);
    if (isComparison && this.#chance(0.35)) operator += ' bool';
    if (this.#chance(0.6)) {
      operator += ` ${this.#pick(['on', 'on', 'ignoring'])}(${this.#labels()})`;
      if (!isSet && this.#chance(0.4))
        operator += ` ${this.#pick(['group_left', 'group_right'])}${this.#chance(0.6) ? `(${this.#chance(0.4) ? '' : this.#labels()})` : ''}`;
    }
    return node(`(${bracketed(left)} ${operator} ${bracketed(right)})`, left, right);
  }

  #labels(): string {
    const count = this.#pick([0, 1, 1, 1, 2, 2, 3]);
    const names = this.#chance(0.6) ? ['job', 'instance', 'code'] : LABELS;
    return [...new Set(Array.from({ length: count }, () => this.#pick(names)))].join(', ');
  }

  #aggregation(depth: number): Generated {
    const inner = this.#vector(depth - 1);
    const grouping = this.#chance(0.6)
      ? ` ${this.#pick(['by', 'by', 'without', 'WITHOUT'])} (${this.#labels()}) `
      : '';
    const kind = this.#below(8);
    if (kind === 0)
      return node(
        `${this.#pick(RANKS)}${grouping}(${this.#pick(['0', '1', '2', '3', '2.9', '-1', '100', 'scalar(constant{job="api"})'])}, ${inner.text})`,
        inner,
      );
    if (kind === 1) {
      const parameter = this.#chance(0.7)
        ? leaf(this.#pick(['0', '0.5', '0.9', '1', '-1', '2', 'NaN', 'Inf', '0.25']))
        : this.#scalar(depth - 1);
      return node(`quantile${grouping}(${parameter.text}, ${inner.text})`, inner, parameter);
    }
    if (kind === 2)
      return node(
        `count_values${grouping}("${this.#pick(['v', 'job', 'value', '', 'lä', '__name__'])}", ${inner.text})`,
        inner,
      );
    return node(`${this.#pick(AGGREGATIONS)}${grouping}(${inner.text})`, inner);
  }

  #overRange(depth: number): Generated {
    const name = this.#pick(OVER_RANGES);
    if (this.#chance(0.12)) {
      const inner = this.#range(depth);
      const parameters = [this.#scalar(1), this.#scalar(1)];
      return this.#pick([
        () =>
          node(
            `quantile_over_time(${this.#pick(['0', '0.5', '0.9', '1', '-1', '2', 'NaN', 'Inf'])}, ${inner.text})`,
            inner,
          ),
        () => node(`predict_linear(${inner.text}, ${this.#scalar(1).text})`, inner),
        () =>
          node(
            `double_exponential_smoothing(${inner.text}, ${this.#chance(0.8) ? '0.5, 0.1' : parameters.map(({ text }) => text).join(', ')})`,
            inner,
          ),
      ])();
    }
    return call(name, [this.#range(depth)]);
  }

  #ofHistograms(depth: number): Generated {
    const ofBuckets = (): Generated =>
      this.#pick([
        () => this.#instant(HISTOGRAMS),
        () =>
          call(
            this.#pick([
              'rate',
              'increase',
              'delta',
              'sum_over_time',
              'last_over_time',
              'avg_over_time',
              'irate',
              'idelta',
            ]),
            [this.#range(1, HISTOGRAMS)],
          ),
        () => node(`sum by (${this.#pick(['job', 'le', 'job, le', ''])}) (rate(lat_bucket[5m]))`),
        () => leaf('lat_bucket'),
        () => leaf('{__name__=~"lat_bucket|hist"}'),
        () => this.#aggregation(1),
        () => this.#vector(depth - 1),
      ])();
    const inner = ofBuckets();
    const phi = this.#pick(['0', '0.5', '0.9', '0.99', '1', '-1', '2', 'NaN', '0.2', 'scalar(up)']);
    return this.#pick([
      () => node(`histogram_quantile(${phi}, ${inner.text})`, inner),
      () => node(`histogram_quantile(${phi}, ${inner.text})`, inner),
      () => node(`histogram_fraction(${this.#pick(NUMBERS)}, ${this.#pick(NUMBERS)}, ${inner.text})`, inner),
      () => call(this.#pick(OVER_HISTOGRAMS), [inner]),
      () => {
        const other = this.#chance(0.5) ? ofBuckets() : this.#scalar(1);
        return node(
          `(${bracketed(inner)} ${this.#pick([...ARITHMETIC, '==', '!=', '>'])} ${bracketed(other)})`,
          inner,
          other,
        );
      },
    ])();
  }

  #withArguments(depth: number): Generated {
    const inner = this.#vector(depth - 1);
    const number = (): string => this.#scalar(depth - 1).text;
    return this.#pick([
      () => node(`clamp(${inner.text}, ${number()}, ${number()})`, inner),
      () => node(`clamp_min(${inner.text}, ${number()})`, inner),
      () => node(`clamp_max(${inner.text}, ${number()})`, inner),
      () => node(`round(${inner.text}, ${number()})`, inner),
      () => node(`vector(${number()})`),
      () =>
        leaf(`${this.#pick(DATES)}(${this.#chance(0.2) ? '' : `timestamp(${this.#selector(FLOATS).text})`})`),
      () =>
        leaf(
          `info(${this.#selector(['up', 'gauge']).text}, {${this.#pick(['env=~".+"', 'env="prod"', 'region=""', '__name__=~"target_info|build_info",env=~".*"', '__name__="build_info"', 'version!="1.0"'])}})`,
        ),
    ])();
  }

  #labelling(depth: number): Generated {
    const inner = this.#vector(depth - 1);
    const label = (): string => this.#pick(['job', 'new', 'instance', '__name__', 'lä.x', '', 'le', '1x']);
    return this.#pick([
      () =>
        node(
          `label_replace(${inner.text}, "${label()}", "${this.#pick(REPLACEMENTS)}", "${label()}", "${this.#pick(REGEXES)}")`,
          inner,
        ),
      () =>
        node(
          `label_replace(${inner.text}, "${label()}", "${this.#pick(REPLACEMENTS)}", "${label()}", "${this.#pick(REGEXES)}")`,
          inner,
        ),
      () =>
        node(
          `label_join(${inner.text}, "${label()}", "${this.#pick(['-', '', 'ü'])}"${this.#pick(['', ', "job"', ', "job", "instance"', ', "absent"', ', "job", "job"', ', "n"'])})`,
          inner,
        ),
      () =>
        node(
          `${this.#pick(['sort_by_label', 'sort_by_label_desc'])}(${inner.text}${this.#pick(['', ', "n"', ', "job"', ', "job", "instance"', ', "absent"'])})`,
          inner,
        ),
    ])();
  }
}

function leaf(text: string): Generated {
  return { text, parts: [] };
}

function node(text: string, ...parts: readonly Generated[]): Generated {
  return { text, parts };
}

function call(name: string, parts: readonly Generated[]): Generated {
  return { text: `${name}(${parts.map(({ text }) => text).join(', ')})`, parts };
}

/** Brackets where a modifier or an operator behind the text would take a part of it only. */
function bracketed({ text }: Generated): string {
  return /^[\w:]+(\{[^}]*\})?$|^\(.*\)$|^[a-z_]+\(.*\)$/.test(text) && !text.startsWith('-')
    ? text
    : `(${text})`;
}
