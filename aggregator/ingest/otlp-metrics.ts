import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeExportResponse, encodeExportResponseJson } from '@tocsin/protocol/otlp/export-response.ts';
import { decodeMetricsRequestJson } from '@tocsin/protocol/otlp/metrics-json.ts';
import { decodeMetricsRequest } from '@tocsin/protocol/otlp/metrics-protobuf.ts';
import { otlpMetricsToSeries } from '@tocsin/protocol/otlp/prometheus/metrics-to-series.ts';
import { createRefusals } from '@tocsin/protocol/otlp/refusals.ts';
import { encodeStatus, encodeStatusJson, STATUS_CODES } from '@tocsin/protocol/otlp/status.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { IngestError } from './ingest-error.ts';
import { readContent } from './read-content.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
// A service that says its layer once, as a resource attribute, says it for all its metrics.
const TRANSLATION = { promoteResourceAttributes: ['layer'], promoteScope: false };

/** `POST /v1/metrics`: OTLP/HTTP in protobuf or JSON, answered in the same. */
export async function handleOtlpMetrics(
  deps: { readonly store: Pick<MetricStore, 'write'>; readonly limits: AggregatorLimits },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ readonly kept: number; readonly refused: number }> {
  const type = otlpTypeOf(request);
  if (type === null) throw new IngestError(415, `Content-Type must be ${PROTOBUF} or ${JSON_TYPE}`);
  const body = await readContent(request, deps.limits);
  const refusals = createRefusals();
  const decoded = type === JSON_TYPE ? decodeMetricsRequestJson(body) : decodeMetricsRequest(body);
  const { series, metadata } = otlpMetricsToSeries(decoded, refusals, TRANSLATION);
  const outcome = await deps.store.write({ version: '1.0', bytes: encodeWriteRequestV1(series, metadata) });
  if (outcome.refused > 0) refusals.add(outcome.refusals, outcome.refused);
  const partial = refusals.partialSuccess();
  response.writeHead(200, { 'Content-Type': type });
  response.end(
    type === JSON_TYPE ? encodeExportResponseJson('metrics', partial) : encodeExportResponse(partial),
  );
  return { kept: outcome.samples + outcome.histograms, refused: partial.rejected };
}

/** An error as OTLP/HTTP wants it: a Status message in the request's own encoding. */
export function sendOtlpError(request: IncomingMessage, response: ServerResponse, error: IngestError): void {
  const status = { code: codeOf(error.status), message: error.message };
  const isJson = otlpTypeOf(request) === JSON_TYPE;
  response.writeHead(error.status, { 'Content-Type': isJson ? JSON_TYPE : PROTOBUF });
  response.end(isJson ? encodeStatusJson(status) : encodeStatus(status));
}

function otlpTypeOf(request: IncomingMessage): typeof PROTOBUF | typeof JSON_TYPE | null {
  const media = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  return media === PROTOBUF || media === JSON_TYPE ? media : null;
}

function codeOf(status: number): number {
  if (status === 503) return STATUS_CODES.unavailable;
  if (status === 413) return STATUS_CODES.resourceExhausted;
  return status >= 500 ? STATUS_CODES.internal : STATUS_CODES.invalidArgument;
}
