import { type DocumentOptions, type ParseOptions, parse, type SchemaOptions, type ToJSOptions } from 'yaml';
import type { JsonValue } from './json-value.ts';
import type { Renderer } from './renderer.ts';

/** YAML 1.1 as Go reads it, in which 12:30 is no number of base 60. */
const YAML: ParseOptions & DocumentOptions & SchemaOptions & ToJSOptions = {
  version: '1.1',
  logLevel: 'silent',
  maxAliasCount: 0,
  customTags: (tags) => tags.filter((tag) => typeof tag !== 'object' || tag.format !== 'TIME'),
};

/** A longer text is over the limit of a whole event and not worth reading. */
const LONGEST = 512_000;

/**
 * A structure with its templates expanded, at any depth and in names too. A text whose expansion is a number, a list or a
 * mapping counts as that, as in Alertmanager.
 */
export function expandStructure(value: unknown, renderer: Renderer): JsonValue {
  if (typeof value === 'string') return structured(renderer.text(value, ''));
  if (Array.isArray(value)) return value.map((each) => expandStructure(each, renderer));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        renderer.text(name, name),
        expandStructure(each, renderer),
      ]),
    );
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function structured(text: string): JsonValue {
  // A percent sign begins a directive of YAML's, which nobody means here.
  if (text.length > LONGEST || text.startsWith('%')) return text;
  let value: unknown;
  try {
    value = parseJson(text) ?? parse(text, YAML);
  } catch (error) {
    // Most texts that are not meant as YAML are not YAML.
    if (error instanceof Error) return text;
    throw error;
  }
  return typeof value === 'string' ? text : plain(value, text);
}

/** Most structures are JSON, which has a faster reader than YAML. */
function parseJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON has no dates, big numbers and sets; such a text stays one. */
function plain(value: unknown, text: string): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : text;
  if (Array.isArray(value)) return value.map((each) => plain(each, String(each)));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, String(each))]));
  }
  return text;
}
