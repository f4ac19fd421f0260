import { type AnyValue, type Attribute, EMPTY_VALUE } from './any-value.ts';
import { bytesToBase64 } from './byte-text.ts';
import type { ItemBudget } from './item-budget.ts';
import type { JsonFields } from './json-fields.ts';
import { ANY_VALUE_DEPTH_MAX } from './limits.ts';

export function attributesFromJson(
  fields: JsonFields,
  name: string,
  budget: ItemBudget,
  depthMax = ANY_VALUE_DEPTH_MAX,
): Attribute[] {
  return fields.objects(name).map((attribute) => {
    budget.spend();
    return { key: attribute.string('key'), value: anyValueFromJson(attribute, 'value', budget, depthMax) };
  });
}

/** The AnyValue in field `name`; of several members the first in the specification's order counts. */
export function anyValueFromJson(
  holder: JsonFields,
  name: string,
  budget: ItemBudget,
  depthMax = ANY_VALUE_DEPTH_MAX,
): AnyValue {
  const fields = holder.object(name);
  return fields === undefined ? EMPTY_VALUE : memberFromJson(fields, budget, depthMax);
}

function memberFromJson(fields: JsonFields, budget: ItemBudget, depthMax: number): AnyValue {
  if (fields.has('stringValue')) return { kind: 'string', value: fields.string('stringValue') };
  if (fields.has('boolValue')) return { kind: 'bool', value: fields.boolean('boolValue') };
  if (fields.has('intValue')) return { kind: 'int', value: fields.int64('intValue') };
  if (fields.has('doubleValue')) return { kind: 'double', value: fields.number('doubleValue') };
  if (fields.has('bytesValue')) return { kind: 'bytes', value: fields.base64Bytes('bytesValue') };
  const array = fields.object('arrayValue');
  const map = fields.object('kvlistValue');
  if (array === undefined && map === undefined) return EMPTY_VALUE;
  if (depthMax <= 1) fields.fail('value', `is nested deeper than ${ANY_VALUE_DEPTH_MAX}`);
  if (map !== undefined)
    return { kind: 'map', entries: attributesFromJson(map, 'values', budget, depthMax - 1) };
  const values = array!.objects('values').map((element) => {
    budget.spend();
    return memberFromJson(element, budget, depthMax - 1);
  });
  return { kind: 'array', values };
}

export function attributesToJson(attributes: readonly Attribute[]): unknown[] {
  return attributes.map(({ key, value }) => ({ key, value: anyValueToJson(value) }));
}

export function anyValueToJson(value: AnyValue): object {
  switch (value.kind) {
    case 'empty':
      return {};
    case 'string':
      return { stringValue: value.value };
    case 'bool':
      return { boolValue: value.value };
    case 'int':
      return { intValue: String(value.value) };
    case 'double':
      return { doubleValue: numberToJson(value.value) };
    case 'bytes':
      return { bytesValue: bytesToBase64(value.value) };
    case 'array':
      return { arrayValue: { values: value.values.map(anyValueToJson) } };
    case 'map':
      return { kvlistValue: { values: attributesToJson(value.entries) } };
  }
}

/** Doubles that JSON has no number for are written as strings. */
export function numberToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
