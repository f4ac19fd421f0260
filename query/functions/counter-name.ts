import { getLabel, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { RangeContext } from './range-function.ts';

const COUNTER_NAME = /_(?:total|sum|count|bucket)$/;

/** Tells the user that `rate` of what does not look like a counter is often a mistake; made once for the series of a call. */
export function createCounterNameNote(context: RangeContext): (labels: Labels) => void {
  // Most often all series are of one metric, of which one note is enough.
  let lastName = '';
  let lastType = '';
  return (labels) => {
    const name = getLabel(labels, METRIC_NAME);
    const type = getLabel(labels, '__type__');
    if (name === lastName && type === lastType) return;
    lastName = name;
    lastType = type;
    if (name === '' || type === 'counter' || type === 'histogram' || COUNTER_NAME.test(name)) return;
    const text =
      type === ''
        ? `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`
        : `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${JSON.stringify(type)}: ${JSON.stringify(name)}`;
    context.notes.info(text, context.position);
  };
}
