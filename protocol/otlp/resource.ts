import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';
import type { Attribute } from './any-value.ts';
import { attributesFromJson, attributesToJson } from './any-value-json.ts';
import { readAttribute, writeAttributes } from './any-value-protobuf.ts';
import type { ItemBudget } from './item-budget.ts';
import type { JsonFields } from './json-fields.ts';

/** Who sent it: service.name, service.instance.id, host.name, ... */
export interface Resource {
  readonly attributes: readonly Attribute[];
}

/** Which library in the sender made it. */
export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly Attribute[];
}

export const NO_RESOURCE: Resource = { attributes: [] };
export const NO_SCOPE: Scope = { name: '', version: '', attributes: [] };

export function readResource(reader: ProtobufReader, budget: ItemBudget): Resource {
  const outer = reader.enter();
  const attributes: Attribute[] = [];
  while (reader.next()) {
    if (reader.field === 1) attributes.push(readAttribute(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { attributes };
}

export function readScope(reader: ProtobufReader, budget: ItemBudget): Scope {
  const outer = reader.enter();
  let name = '';
  let version = '';
  const attributes: Attribute[] = [];
  while (reader.next()) {
    if (reader.field === 1) name = reader.lossyString();
    else if (reader.field === 2) version = reader.lossyString();
    else if (reader.field === 3) attributes.push(readAttribute(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { name, version, attributes };
}

export function writeResource(writer: ProtobufWriter, field: number, resource: Resource): void {
  const mark = writer.begin(field);
  writeAttributes(writer, 1, resource.attributes);
  writer.end(mark);
}

export function writeScope(writer: ProtobufWriter, field: number, scope: Scope): void {
  const mark = writer.begin(field);
  if (scope.name !== '') writer.string(1, scope.name);
  if (scope.version !== '') writer.string(2, scope.version);
  writeAttributes(writer, 3, scope.attributes);
  writer.end(mark);
}

export function resourceFromJson(fields: JsonFields | undefined, budget: ItemBudget): Resource {
  return fields === undefined
    ? NO_RESOURCE
    : { attributes: attributesFromJson(fields, 'attributes', budget) };
}

export function scopeFromJson(fields: JsonFields | undefined, budget: ItemBudget): Scope {
  if (fields === undefined) return NO_SCOPE;
  return {
    name: fields.string('name'),
    version: fields.string('version'),
    attributes: attributesFromJson(fields, 'attributes', budget),
  };
}

export function resourceToJson(resource: Resource): object {
  return { attributes: attributesToJson(resource.attributes) };
}

export function scopeToJson(scope: Scope): object {
  return { name: scope.name, version: scope.version, attributes: attributesToJson(scope.attributes) };
}
