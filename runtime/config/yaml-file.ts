import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';

/** A parsed YAML file that still knows on which line each value stands. */
export interface YamlFile {
  readonly file: string;
  /** Plain objects, arrays, strings, numbers, booleans and nulls; null for an empty file. */
  readonly value: unknown;
  /** 1-based line of the value at `path` (`['groups', 0, 'rules']`), or of the nearest thing above it. */
  lineOf(path: readonly PropertyKey[]): number;
  /** Whether something stands at `path`. */
  has(path: readonly PropertyKey[]): boolean;
  /** 1-based line of the key at `path` itself, for complaints about a key. */
  lineOfKey(path: readonly PropertyKey[]): number;
}

// Anchors may refer to each other; beyond this many expansions a file is an attack, not a config.
const MAX_ALIASES = 1_000;

export interface YamlOptions {
  /** True: plain values stay the text that was written, `1.10` and `yes` too; only nulls are told apart. */
  readonly asText?: boolean;
}

/** Parses `text`; throws ConfigError with the line of the first syntax error. */
export function parseYamlFile(file: string, text: string, options: YamlOptions = {}): YamlFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    merge: true,
    ...(options.asText ? { schema: 'failsafe', customTags: (tags) => [...tags, 'null'] } : {}),
  });
  const first = document.errors[0];
  if (first) {
    const { line } = lineCounter.linePos(first.pos[0]);
    throw new ConfigError(file, line, `Cannot read YAML: ${firstLine(first.message)}`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new ConfigError(file, null, `Cannot read YAML: ${error instanceof Error ? error.message : error}`);
  }

  const lineOfNode = (node: Node | null | undefined): number | null =>
    node?.range ? lineCounter.linePos(node.range[0]).line : null;
  const nodeAt = (path: readonly PropertyKey[]): Node | null => {
    const found: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(found) ? found : null;
  };
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const line = lineOfNode(nodeAt(path.slice(0, length)));
      if (line !== null) return line;
    }
    return 1;
  };
  return {
    file,
    value,
    lineOf,
    has: (path) => nodeAt(path) !== null,
    lineOfKey(path) {
      const parent = nodeAt(path.slice(0, -1));
      const key = path.at(-1);
      if (isMap(parent)) {
        const pair = parent.items.find(
          (item) => isScalar(item.key) && String(item.key.value) === String(key),
        );
        const line = isNode(pair?.key) ? lineOfNode(pair.key) : null;
        if (line !== null) return line;
      }
      return lineOf(path);
    },
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
