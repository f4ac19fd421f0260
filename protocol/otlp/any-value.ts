/** OTLP's AnyValue (opentelemetry/proto/common/v1). `int` is a bigint beyond 2^53. */
export type AnyValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'array'; readonly values: readonly AnyValue[] }
  | { readonly kind: 'map'; readonly entries: readonly Attribute[] };

export interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
}

export const EMPTY_VALUE: AnyValue = { kind: 'empty' };

/** The value of the attribute called `key`; of several the last. */
export function findAttribute(attributes: readonly Attribute[], key: string): AnyValue | undefined {
  return attributes.findLast((attribute) => attribute.key === key)?.value;
}
