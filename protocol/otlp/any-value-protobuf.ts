import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';
import { type AnyValue, type Attribute, EMPTY_VALUE } from './any-value.ts';
import type { ItemBudget } from './item-budget.ts';
import { ANY_VALUE_DEPTH_MAX } from './limits.ts';

/** Reads the KeyValue the reader's current field holds. */
export function readAttribute(
  reader: ProtobufReader,
  budget: ItemBudget,
  depthMax = ANY_VALUE_DEPTH_MAX,
): Attribute {
  budget.spend();
  const outer = reader.enter();
  let key = '';
  let value = EMPTY_VALUE;
  while (reader.next()) {
    if (reader.field === 1) key = reader.lossyString();
    else if (reader.field === 2) value = readAnyValue(reader, budget, depthMax);
    else reader.skip();
  }
  reader.leave(outer);
  return { key, value };
}

/** Reads the AnyValue the reader's current field holds. Of several members of the `oneof` the last counts. */
export function readAnyValue(
  reader: ProtobufReader,
  budget: ItemBudget,
  depthMax = ANY_VALUE_DEPTH_MAX,
): AnyValue {
  const outer = reader.enter();
  let value = EMPTY_VALUE;
  while (reader.next()) value = readMember(reader, budget, depthMax) ?? value;
  reader.leave(outer);
  return value;
}

function readMember(reader: ProtobufReader, budget: ItemBudget, depthMax: number): AnyValue | undefined {
  switch (reader.field) {
    case 1:
      return { kind: 'string', value: reader.lossyString() };
    case 2:
      reader.expect(0);
      return { kind: 'bool', value: reader.bool() };
    case 3:
      reader.expect(0);
      return { kind: 'int', value: reader.exactInt64() };
    case 4:
      reader.expect(1);
      return { kind: 'double', value: reader.double() };
    case 5:
      return { kind: 'array', values: readArray(reader, budget, depthMax - 1) };
    case 6:
      return { kind: 'map', entries: readMap(reader, budget, depthMax - 1) };
    case 7:
      return { kind: 'bytes', value: reader.bytesField() };
    default:
      reader.skip();
      return undefined;
  }
}

function readArray(reader: ProtobufReader, budget: ItemBudget, depthMax: number): AnyValue[] {
  if (depthMax <= 0) reader.fail(`values nested deeper than ${ANY_VALUE_DEPTH_MAX}`);
  const outer = reader.enter();
  const values: AnyValue[] = [];
  while (reader.next()) {
    if (reader.field === 1) {
      budget.spend();
      values.push(readAnyValue(reader, budget, depthMax));
    } else reader.skip();
  }
  reader.leave(outer);
  return values;
}

function readMap(reader: ProtobufReader, budget: ItemBudget, depthMax: number): Attribute[] {
  if (depthMax <= 0) reader.fail(`values nested deeper than ${ANY_VALUE_DEPTH_MAX}`);
  const outer = reader.enter();
  const entries: Attribute[] = [];
  while (reader.next()) {
    if (reader.field === 1) entries.push(readAttribute(reader, budget, depthMax));
    else reader.skip();
  }
  reader.leave(outer);
  return entries;
}

export function writeAttributes(
  writer: ProtobufWriter,
  field: number,
  attributes: readonly Attribute[],
): void {
  for (const { key, value } of attributes) {
    const mark = writer.begin(field);
    writer.string(1, key);
    writeAnyValue(writer, 2, value);
    writer.end(mark);
  }
}

export function writeAnyValue(writer: ProtobufWriter, field: number, value: AnyValue): void {
  const mark = writer.begin(field);
  switch (value.kind) {
    case 'empty':
      break;
    case 'string':
      writer.string(1, value.value);
      break;
    case 'bool':
      writer.bool(2, value.value);
      break;
    case 'int':
      writer.int(3, value.value);
      break;
    case 'double':
      writer.double(4, value.value);
      break;
    case 'bytes':
      writer.bytes(7, value.value);
      break;
    case 'array': {
      const list = writer.begin(5);
      for (const element of value.values) writeAnyValue(writer, 1, element);
      writer.end(list);
      break;
    }
    case 'map': {
      const map = writer.begin(6);
      writeAttributes(writer, 1, value.entries);
      writer.end(map);
      break;
    }
  }
  writer.end(mark);
}
