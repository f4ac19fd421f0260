import { SendError } from './integration.ts';
import type { JsonValue } from './json-value.ts';

export type JsonObject = { readonly [key: string]: JsonValue };

/** A message's payload as it comes back from the outbox. */
export function storedPayload(payload: JsonValue): JsonObject {
  if (payload === null || typeof payload !== 'object' || isList(payload)) {
    throw new SendError('Cannot send a message that was stored without content', false);
  }
  return payload;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The entries that say something: providers, like Alertmanager, leave empty ones out. */
export function withoutEmpty(entries: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(entries).filter(
      ([, value]) =>
        value !== '' && value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
