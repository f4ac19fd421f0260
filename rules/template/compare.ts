import { compareStrings } from '@tocsin/protocol/labels/labels.ts';
import { type GoFunction, goFunction, typeName, type Value } from './value.ts';

type Basic = 'bool' | 'int' | 'float' | 'string';

function basicKind(value: Value): Basic | null {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'string';
    default:
      if (value?.kind === 'safe') return 'string';
      return value?.kind === 'struct' && value.number !== undefined ? 'int' : null;
  }
}

function plain(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  if (value.kind === 'safe') return value.text;
  return value.kind === 'struct' && value.number !== undefined ? BigInt(Math.trunc(value.number)) : value;
}

function equal(a: Value, b: Value): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (a === null || b === null) return a === b;
  for (const value of [a, b]) {
    if (
      typeof value === 'object' &&
      (value.kind === 'map' || value.kind === 'list' || value.kind === 'function')
    ) {
      throw new Error(`non-comparable type ${typeName(value)}: ${typeName(value)}`);
    }
  }
  if (kindA !== kindB) throw new Error('incompatible types for comparison');
  return kindA === null ? a === b : plain(a) === plain(b);
}

function less(a: Value, b: Value): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA === null || kindB === null || kindA === 'bool' || kindB === 'bool') {
    throw new Error('invalid type for comparison');
  }
  if (kindA !== kindB) throw new Error('incompatible types for comparison');
  const [x, y] = [plain(a), plain(b)];
  if (typeof x === 'string' && typeof y === 'string') return compareStrings(x, y) < 0;
  return x! < y!;
}

/**
 * `eq`, `ne`, `lt`, `le`, `gt`, `ge`. An int never compares with a float64, as in Go; and as there, `gt` is
 * "not less or equal", so a NaN is greater than everything.
 */
export const COMPARISONS: readonly GoFunction[] = [
  goFunction(
    'eq',
    (first, ...others) => {
      if (others.length === 0) throw new Error('missing argument for comparison');
      return others.some((other) => equal(first!, other));
    },
    1,
    null,
  ),
  goFunction('ne', (a, b) => !equal(a!, b!), 2),
  goFunction('lt', (a, b) => less(a!, b!), 2),
  goFunction('le', (a, b) => less(a!, b!) || equal(a!, b!), 2),
  goFunction('gt', (a, b) => !less(a!, b!) && !equal(a!, b!), 2),
  goFunction('ge', (a, b) => !less(a!, b!), 2),
];
