import type { SpanIds } from './pino-record.ts';

/** The span the service is working in, or null. */
export type ActiveSpan = () => SpanIds | null;

interface OpenTelemetryApi {
  readonly trace: {
    getActiveSpan(): { spanContext(): { traceId: string; spanId: string; traceFlags: number } } | undefined;
    isSpanContextValid(context: { traceId: string; spanId: string; traceFlags: number }): boolean;
  };
}

/**
 * Asks OpenTelemetry's API, when the service has it; nothing is imported otherwise. The answer is null until
 * the import is through, which is before the service's first request.
 */
export function createActiveSpan(load: () => Promise<unknown> = loadApi): ActiveSpan {
  let api: OpenTelemetryApi | null = null;
  load().then(
    (module) => {
      if (isApi(module)) api = module;
    },
    // Not installed: the service does without traces.
    () => undefined,
  );
  return () => {
    const context = api?.trace.getActiveSpan()?.spanContext();
    if (!context || !api?.trace.isSpanContextValid(context)) return null;
    return { traceId: context.traceId, spanId: context.spanId, flags: context.traceFlags & 1 };
  };
}

function loadApi(): Promise<unknown> {
  // A name the compiler cannot follow: the package is optional, and its types too.
  const name = '@opentelemetry/api';
  return import(name);
}

function isApi(module: unknown): module is OpenTelemetryApi {
  return (
    typeof module === 'object' && module !== null && 'trace' in module && typeof module.trace === 'object'
  );
}
