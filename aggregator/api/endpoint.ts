import type { Parameters } from './parameters.ts';
import type { QueryOrigin } from './query-request.ts';

/** One path of the API, without HTTP around it. */
export type Endpoint = (request: EndpointRequest) => Promise<EndpointAnswer>;

export interface EndpointRequest {
  readonly parameters: Parameters;
  /** Variable parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
  readonly origin: QueryOrigin;
}

export interface EndpointAnswer {
  /** The envelope's `data`: a value, or JSON text in pieces for what may be large; or the envelope as a whole, notes included. */
  readonly data:
    | { readonly kind: 'envelope'; readonly text: string }
    | { readonly kind: 'value'; readonly value: unknown }
    | { readonly kind: 'text'; readonly pieces: Iterable<string> };
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export function valueAnswer(
  value: unknown,
  notes: Pick<EndpointAnswer, 'warnings' | 'infos'> = {},
): EndpointAnswer {
  return { data: { kind: 'value', value }, ...notes };
}
