/** The calls a service makes on a metric while it works; none may fail because of a wrong label or value. */
const CALLS = [
  'inc',
  'dec',
  'set',
  'observe',
  'setToCurrentTime',
  'startTimer',
  'labels',
  'remove',
  'zero',
] as const;

/**
 * Makes the metric's calls safe for their caller: what prom-client would throw (an unknown label, a value that
 * is no number, a counter going down) goes to `onMisuse`, and the call does nothing. `labels` and `startTimer`
 * then return something with the same calls that does nothing either.
 */
export function guard<M extends object>(metric: M, onMisuse: (error: unknown) => void): M {
  for (const call of CALLS) {
    const original: unknown = Reflect.get(metric, call);
    if (typeof original !== 'function') continue;
    const fallback = call === 'labels' ? inert : call === 'startTimer' ? () => 0 : undefined;
    const safe = (...values: unknown[]): unknown => {
      try {
        const result: unknown = original.apply(metric, values);
        if (call === 'labels' && typeof result === 'object' && result !== null)
          return guard(result, onMisuse);
        // A timer's end observes, and may fail as any observation.
        return typeof result === 'function' ? guardedEnd((...end) => result(...end), onMisuse) : result;
      } catch (error) {
        onMisuse(error);
        return fallback;
      }
    };
    Object.defineProperty(metric, call, { value: safe, configurable: true });
  }
  return metric;
}

const nothing = (): undefined => undefined;
const inert = Object.freeze({
  ...Object.fromEntries(CALLS.map((call) => [call, nothing])),
  startTimer: () => () => 0,
});

function guardedEnd(end: (...values: unknown[]) => unknown, onMisuse: (error: unknown) => void) {
  return (...values: unknown[]): unknown => {
    try {
      return end(...values);
    } catch (error) {
      onMisuse(error);
      return 0;
    }
  };
}
