import { type Labels, labelsFromPairs, NO_LABELS } from '../labels/labels.ts';
import { createItemBudget, type ItemBudget } from '../otlp/item-budget.ts';
import { type JsonFields, jsonFields } from '../otlp/json-fields.ts';
import { parseJson } from '../otlp/parse-json.ts';
import { PUSH_ITEMS_MAX } from './limits.ts';
import type { LokiEntry, LokiPush } from './push.ts';

const WHAT = 'Loki push JSON';

/**
 * Decodes `{"streams": [{"stream": {label: value}, "values": [["<ns>", "<line>", {metadata}]]}]}`. Throws
 * `DecodeError`, which names the field's path.
 */
export function decodePushJson(bytes: Uint8Array): LokiPush {
  const budget = createItemBudget(WHAT, PUSH_ITEMS_MAX);
  const body = jsonFields(parseJson(bytes, WHAT), WHAT);
  if (!body.has('streams')) body.fail('streams', 'is missing');
  const streams = body.objects('streams').map((stream) => {
    budget.spend();
    const entries = stream.list('values').map((entry, index) => readEntry(stream, entry, index, budget));
    return { labels: labelsOf(stream, 'stream', stream.raw('stream')), entries };
  });
  return { streams, refused: [] };
}

function readEntry(stream: JsonFields, entry: unknown, index: number, budget: ItemBudget): LokiEntry {
  budget.spend();
  const path = `values[${index}]`;
  if (!Array.isArray(entry)) return stream.fail(path, 'is not an array');
  const [time, line, metadata]: unknown[] = entry;
  if (typeof time !== 'string' || !/^-?\d{1,19}$/.test(time))
    return stream.fail(`${path}[0]`, 'is not a string of nanoseconds');
  if (typeof line !== 'string') return stream.fail(`${path}[1]`, 'is not a string');
  const pairs = labelsOf(stream, `${path}[2]`, metadata);
  for (let i = 0; i < pairs.length; i += 2) budget.spend();
  return { timestampNs: BigInt(time), line: line.toWellFormed(), structuredMetadata: pairs };
}

function labelsOf(stream: JsonFields, path: string, value: unknown): Labels {
  if (value === undefined || value === null) return NO_LABELS;
  if (typeof value !== 'object' || Array.isArray(value)) return stream.fail(path, 'is not an object');
  const pairs: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return stream.fail(`${path}.${name}`, 'is not a string');
    pairs.push([name.toWellFormed(), text.toWellFormed()]);
  }
  return labelsFromPairs(pairs);
}
