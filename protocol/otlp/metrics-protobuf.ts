import { ProtobufReader } from '../protobuf/reader.ts';
import { VARINT } from '../protobuf/wire-type.ts';
import { createItemBudget, type ItemBudget } from './item-budget.ts';
import {
  type Metric,
  type MetricData,
  type MetricsRequest,
  type ResourceMetrics,
  type ScopeMetrics,
  TEMPORALITIES,
  type Temporality,
} from './metric.ts';
import {
  readExponentialPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './point-protobuf.ts';
import { NO_RESOURCE, NO_SCOPE, readResource, readScope } from './resource.ts';

const WHAT = 'OTLP metrics';

/** Decodes an ExportMetricsServiceRequest. Throws `DecodeError`. */
export function decodeMetricsRequest(bytes: Uint8Array): MetricsRequest {
  const reader = new ProtobufReader(bytes, WHAT);
  const budget = createItemBudget(WHAT);
  const resourceMetrics: ResourceMetrics[] = [];
  while (reader.next()) {
    if (reader.field === 1) resourceMetrics.push(readResourceMetrics(reader, budget));
    else reader.skip();
  }
  return { resourceMetrics };
}

function readResourceMetrics(reader: ProtobufReader, budget: ItemBudget): ResourceMetrics {
  budget.spend();
  const outer = reader.enter();
  let resource = NO_RESOURCE;
  const scopeMetrics: ScopeMetrics[] = [];
  while (reader.next()) {
    if (reader.field === 1) resource = readResource(reader, budget);
    else if (reader.field === 2) scopeMetrics.push(readScopeMetrics(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { resource, scopeMetrics };
}

function readScopeMetrics(reader: ProtobufReader, budget: ItemBudget): ScopeMetrics {
  budget.spend();
  const outer = reader.enter();
  let scope = NO_SCOPE;
  const metrics: Metric[] = [];
  while (reader.next()) {
    if (reader.field === 1) scope = readScope(reader, budget);
    else if (reader.field === 2) metrics.push(readMetric(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { scope, metrics };
}

function readMetric(reader: ProtobufReader, budget: ItemBudget): Metric {
  budget.spend();
  const outer = reader.enter();
  const text = { name: '', description: '', unit: '' };
  let data: MetricData = { kind: 'none' };
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) text.name = reader.lossyString();
    else if (field === 2) text.description = reader.lossyString();
    else if (field === 3) text.unit = reader.lossyString();
    else if (field >= 5 && field <= 11) data = readData(reader, budget) ?? data;
    else reader.skip();
  }
  reader.leave(outer);
  return { ...text, data };
}

function readData(reader: ProtobufReader, budget: ItemBudget): MetricData | undefined {
  switch (reader.field) {
    case 5:
      return { kind: 'gauge', points: readPoints(reader, budget, readNumberPoint).points };
    case 7: {
      const { points, temporality, monotonic } = readPoints(reader, budget, readNumberPoint);
      return { kind: 'sum', points, temporality, monotonic };
    }
    case 9: {
      const { points, temporality } = readPoints(reader, budget, readHistogramPoint);
      return { kind: 'histogram', points, temporality };
    }
    case 10: {
      const { points, temporality } = readPoints(reader, budget, readExponentialPoint);
      return { kind: 'exponential_histogram', points, temporality };
    }
    case 11:
      return { kind: 'summary', points: readPoints(reader, budget, readSummaryPoint).points };
    default:
      reader.skip();
      return undefined;
  }
}

/** Gauge, Sum, Histogram, ... share their field numbers: points 1, temporality 2, monotonic 3. */
function readPoints<Point>(
  reader: ProtobufReader,
  budget: ItemBudget,
  readPoint: (reader: ProtobufReader, budget: ItemBudget) => Point,
): { points: Point[]; temporality: Temporality; monotonic: boolean } {
  const outer = reader.enter();
  const points: Point[] = [];
  let temporality: Temporality = 'unspecified';
  let monotonic = false;
  while (reader.next()) {
    if (reader.field === 1) points.push(readPoint(reader, budget));
    else if (reader.field === 2 && reader.wireType === VARINT)
      temporality = TEMPORALITIES[reader.int64()] ?? 'unspecified';
    else if (reader.field === 3 && reader.wireType === VARINT) monotonic = reader.bool();
    else reader.skip();
  }
  reader.leave(outer);
  return { points, temporality, monotonic };
}
