/** Every bound of the agent and of the library, with the reason for its size. Sizes in bytes, times in ms. */
export const limits = {
  /** What a service may keep in memory while nobody takes it: some hours of metrics of a usual service. */
  metricsQueueBytesMax: 8 * 1024 * 1024,
  logsQueueBytesMax: 8 * 1024 * 1024,
  /** Log lines not yet encoded; the host's own burst. */
  logBufferLinesMax: 10_000,
  logBufferBytesMax: 4 * 1024 * 1024,
  logLineBytesMax: 64 * 1024,
  logAttributesMax: 64,
  /** One OTLP request. */
  logBatchLinesMax: 1_000,
  logBatchBytesMax: 1024 * 1024,
  /** Series one service may send; beyond, the rest of the round is dropped and counted. */
  serviceSeriesMax: 20_000,
  /** For a registry's asynchronous `collect` callbacks. */
  registryTimeoutMs: 1_500,
  /** Routes the HTTP middleware tells apart; beyond, they are "other". */
  routesMax: 300,
  /** Different misuses of the library that are written to the service's standard error. */
  warningsMax: 20,
  /** Series in one write request, so that a request stays well under any receiver's size limit. */
  writeSeriesMax: 5_000,

  sendTimeoutMs: 10_000,
  backoffFirstMs: 500,
  backoffMaxMs: 30_000,
  /** A receiver may ask for this much patience and not more. */
  retryAfterMaxMs: 300_000,
  /** Of an error answer only the beginning is read and logged. */
  answerBytesMax: 4 * 1024,
  exitFlushMs: 2_000,

  spoolSegmentBytes: 4 * 1024 * 1024,
  spoolBytesMax: 512 * 1024 * 1024,
  spoolRecordBytesMax: 16 * 1024 * 1024,
  /** Parcels that wait for the disk when it refuses them. */
  spoolPendingBytesMax: 8 * 1024 * 1024,

  processGroupsMax: 20,
  processesMax: 20_000,
  filesystemsMax: 200,
  networkInterfacesMax: 200,
  disksMax: 200,
  statfsTimeoutMs: 2_000,

  scrapeTargetsMax: 2_000,
  scrapeBodyBytesMax: 32 * 1024 * 1024,
  scrapeSamplesMax: 200_000,
} as const;
