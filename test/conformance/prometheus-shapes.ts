import type { Shape } from './check-shape.ts';

// What Prometheus 3.14 says of its answers in the OpenAPI description it serves (web/api/v1 of its repository): the facts,
// in a notation of our own. Where it says less than its answers have (exemplars, rules), the answers were looked at.

const labels: Shape = { mapOf: 'text' };
const pair: Shape = { tuple: ['number', 'text'] };
const histogram: Shape = {
  fields: { count: 'text', sum: 'text' },
  optional: { buckets: { listOf: { tuple: ['integer', 'text', 'text', 'text'] } } },
};
const nativePair: Shape = { tuple: ['number', histogram] };
const perStep: Shape = { listOf: { tuple: ['number', 'number'] } };

/** Prometheus lets statistics have further fields. */
const stats: Shape = {
  fields: {
    timings: { mapOf: 'number' },
    samples: {
      fields: { totalQueryableSamples: 'integer', peakSamples: 'integer' },
      optional: {
        totalQueryableSamplesPerStep: perStep,
        samplesRead: 'integer',
        samplesReadPerStep: perStep,
      },
    },
  },
  optional: {
    seriesSelected: 'integer',
    memory: { fields: { peakBytes: 'integer' } },
    selectors: 'anything',
    explanation: 'anything',
  },
};

const ofType = (type: string, result: Shape): Shape => ({
  fields: { resultType: { just: type }, result },
  optional: { stats },
});

const queryData: Shape = {
  oneOf: [
    ofType('scalar', pair),
    ofType('string', pair),
    ofType('vector', {
      listOf: {
        oneOf: [
          { fields: { metric: labels, value: pair } },
          { fields: { metric: labels, histogram: nativePair } },
        ],
      },
    }),
    ofType('matrix', {
      listOf: {
        oneOf: [
          { fields: { metric: labels, values: { listOf: pair } } },
          { fields: { metric: labels, histograms: { listOf: nativePair } } },
          // A series may change from the one to the other.
          { fields: { metric: labels, values: { listOf: pair }, histograms: { listOf: nativePair } } },
        ],
      },
    }),
  ],
};

const alert: Shape = {
  fields: { labels, annotations: labels, state: 'text', value: 'text' },
  optional: { activeAt: 'time', keepFiringSince: 'time' },
};

const rule: Shape = {
  oneOf: [
    {
      fields: {
        type: { just: 'alerting' },
        name: 'text',
        query: 'text',
        duration: 'number',
        keepFiringFor: 'number',
        labels,
        annotations: labels,
        alerts: { listOf: alert },
        health: 'text',
        evaluationTime: 'number',
        lastEvaluation: 'time',
        state: 'text',
      },
      optional: { lastError: 'text' },
    },
    {
      fields: {
        type: { just: 'recording' },
        name: 'text',
        query: 'text',
        health: 'text',
        evaluationTime: 'number',
        lastEvaluation: 'time',
      },
      optional: { labels, lastError: 'text' },
    },
  ],
};

const tops: Shape = { listOf: { fields: { name: 'text', value: 'integer' } } };

/** The `data` of each answer. */
export const DATA_SHAPES = {
  query: queryData,
  exemplars: {
    listOf: {
      fields: {
        seriesLabels: labels,
        exemplars: { listOf: { fields: { labels, value: 'text', timestamp: 'number' } } },
      },
    },
  },
  text: 'text',
  texts: { listOf: 'text' },
  anything: 'anything',
  series: { listOf: labels },
  metadata: { mapOf: { listOf: { fields: { type: 'text', unit: 'text', help: 'text' } } } },
  targetMetadata: {
    listOf: {
      fields: { target: labels, type: 'text', help: 'text', unit: 'text' },
      optional: { metric: 'text' },
    },
  },
  targets: {
    fields: {
      activeTargets: {
        listOf: {
          fields: {
            discoveredLabels: labels,
            labels,
            scrapePool: 'text',
            scrapeUrl: 'text',
            globalUrl: 'text',
            lastError: 'text',
            lastScrape: 'time',
            lastScrapeDuration: 'number',
            health: 'text',
            scrapeInterval: 'text',
            scrapeTimeout: 'text',
          },
        },
      },
      droppedTargets: { listOf: { fields: { discoveredLabels: labels, scrapePool: 'text' } } },
      droppedTargetCounts: { mapOf: 'integer' },
    },
  },
  scrapePools: { fields: { scrapePools: { listOf: 'text' } } },
  rules: {
    fields: {
      groups: {
        listOf: {
          fields: {
            name: 'text',
            file: 'text',
            rules: { listOf: rule },
            interval: 'number',
            limit: 'integer',
            evaluationTime: 'number',
            lastEvaluation: 'time',
          },
        },
      },
    },
    optional: { groupNextToken: 'text' },
  },
  alerts: { fields: { alerts: { listOf: alert } } },
  alertmanagers: {
    fields: {
      activeAlertmanagers: { listOf: { fields: { url: 'text' } } },
      droppedAlertmanagers: { listOf: { fields: { url: 'text' } } },
    },
  },
  config: { fields: { yaml: 'text' } },
  runtimeInfo: {
    fields: {
      startTime: 'time',
      CWD: 'text',
      hostname: 'text',
      serverTime: 'time',
      reloadConfigSuccess: 'boolean',
      lastConfigTime: 'time',
      corruptionCount: 'integer',
      goroutineCount: 'integer',
      GOMAXPROCS: 'integer',
      GOMEMLIMIT: 'integer',
      GOGC: 'text',
      GODEBUG: 'text',
      storageRetention: 'text',
    },
  },
  buildInfo: {
    fields: {
      version: 'text',
      revision: 'text',
      branch: 'text',
      buildUser: 'text',
      buildDate: 'text',
      goVersion: 'text',
    },
  },
  flags: { mapOf: 'text' },
  tsdb: {
    fields: {
      headStats: {
        fields: {
          numSeries: 'integer',
          numLabelPairs: 'integer',
          chunkCount: 'integer',
          minTime: 'integer',
          maxTime: 'integer',
        },
      },
      seriesCountByMetricName: tops,
      labelValueCountByLabelName: tops,
      memoryInBytesByLabelName: tops,
      seriesCountByLabelValuePair: tops,
    },
  },
  blocks: { fields: { blocks: { listOf: 'anything' } } },
  walReplay: { fields: { min: 'integer', max: 'integer', current: 'integer' } },
  snapshot: { fields: { name: 'text' } },
  notifications: { listOf: { fields: { text: 'text', date: 'time', active: 'boolean' } } },
  features: { mapOf: { mapOf: 'boolean' } },
} as const satisfies Readonly<Record<string, Shape>>;

export function answerShape(data: Shape): Shape {
  return {
    fields: { status: { just: 'success' }, data },
    optional: { warnings: { listOf: 'text' }, infos: { listOf: 'text' } },
  };
}

export const ERROR_SHAPE: Shape = { fields: { status: { just: 'error' }, errorType: 'text', error: 'text' } };
