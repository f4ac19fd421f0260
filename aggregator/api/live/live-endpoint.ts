import type { ServerResponse } from 'node:http';
import { namingQuery, QueryError } from '@tocsin/query/query-error.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { ApiError, badParameter, toApiError } from '../api-error.ts';
import type { Parameters } from '../parameters.ts';
import type { AnswerQuery } from '../query-answers.ts';
import type { QueryOrigin, QueryRequests } from '../query-request.ts';
import { errorText } from '../send-answer.ts';
import type { SeriesReader } from '../series-reader.ts';
import { settledAnswer } from '../settled-answer.ts';
import { EVENT_STREAM_HEADERS, EventStream, StreamEnded } from './event-stream.ts';
import { LIVE_LIMITS, type LiveLimits } from './limits.ts';
import { type LiveMetrics, LiveQueries } from './live-queries.ts';
import { type EvaluateLive, readLiveRequest } from './live-request.ts';
import { Subscription } from './subscription.ts';

export interface LiveEndpointDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly requests: QueryRequests;
  readonly answer: AnswerQuery;
  readonly reader: Pick<SeriesReader, 'writes'>;
  readonly metrics: LiveMetrics;
}

export interface LiveClient {
  /** What it had last when it was here before. */
  readonly lastEventId: string | undefined;
  readonly origin: QueryOrigin;
  /** Aborted when it hangs up. */
  readonly signal: AbortSignal;
}

export interface LiveEndpoint {
  /**
   * Sends the points of the queries as server-sent events until the client goes. Throws ApiError for what cannot be started.
   */
  serve(queries: readonly Parameters[], client: LiveClient, response: ServerResponse): Promise<void>;
  /** Ends every stream; clients come back to whoever serves then. */
  close(): void;
}

export function createLiveEndpoint(
  deps: LiveEndpointDeps,
  pointsMax: number,
  limits: LiveLimits = LIVE_LIMITS,
): LiveEndpoint {
  const { clock, log, requests, answer, reader, metrics } = deps;
  const evaluate: EvaluateLive<Iterable<string>> = (request, fromMs, throughMs, signal) =>
    settledAnswer(log, async () => await answer(request.asked(fromMs, throughMs, signal), signal));
  const live = new LiveQueries(
    {
      clock,
      writes: () => reader.writes(),
      evaluate: async (request, ...what) =>
        limitedText(await evaluate(request, ...what), limits.updateCharactersMax, request.query),
      metrics,
    },
    { ...limits, pointsMax },
  );
  const streams = new Set<EventStream>();

  return {
    async serve(queries, { lastEventId, origin, signal }, response) {
      if (queries.length === 0) throw badParameter('query', 'there is none');
      if (queries.length > limits.queriesPerClientMax)
        throw badParameter(
          'query',
          `${queries.length} queries are more than the limit of ${limits.queriesPerClientMax}`,
        );
      if (streams.size >= limits.clientsMax) {
        metrics.refused.inc();
        throw new ApiError(
          'unavailable',
          `Cannot start the live query: ${limits.clientsMax} clients have one; try again later`,
        );
      }
      const lastSeenMs = readEventId(lastEventId);
      const nowMs = clock.now();
      const asked = queries.map((parameters) =>
        readLiveRequest(parameters, { ...limits, requests, origin, nowMs, lastSeenMs, pointsMax }),
      );
      const stream = new EventStream(response, clock, limits);
      streams.add(stream);
      metrics.clients.set(streams.size);
      const ends: (() => void)[] = [];
      let wake = (): void => undefined;
      let isStale = true;
      try {
        const subscriptions = asked.map((request, index) => {
          const subscription = new Subscription(
            { now: clock.now, evaluate, settleMs: limits.settleMs },
            live.share(request),
            request,
            index,
          );
          const end = subscription.listen(() => {
            isStale = true;
            wake();
          });
          ends.push(() => {
            end();
            live.release(request);
          });
          return subscription;
        });
        response.once('close', () => wake());
        const isOpen = (): boolean => !signal.aborted && !response.writableEnded;
        response.writeHead(200, EVENT_STREAM_HEADERS);
        await stream.start();
        while (isOpen()) {
          isStale = false;
          for (const subscription of subscriptions)
            if (await subscription.bringUpToDate(stream, signal)) isStale = true;
          if (!isStale && isOpen() && (await quiet())) await stream.beat();
        }
      } catch (error) {
        if (!(error instanceof StreamEnded)) throw error;
        if (error.isStalled) metrics.stalled.inc();
      } finally {
        for (const end of ends) end();
        streams.delete(stream);
        metrics.clients.set(streams.size);
      }

      /** Waits for the next update; true when none came for so long that the client wants to hear something. */
      function quiet(): Promise<boolean> {
        return new Promise((resolve) => {
          const timer = clock.setTimeout(() => resolve(true), limits.beatMs);
          wake = () => {
            timer.cancel();
            resolve(false);
          };
        });
      }
    },
    close() {
      for (const stream of streams) stream.end();
    },
  };
}

function readEventId(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const seconds = Number(text);
  if (!Number.isFinite(seconds)) throw badParameter('Last-Event-ID', 'it is none of ours');
  return seconds * 1_000;
}

function limitedText(pieces: Iterable<string>, charactersMax: number, query: string): string {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length <= charactersMax) continue;
    const detail = `the newest points are more than the limit of ${charactersMax} characters; ask for fewer series`;
    const error = new QueryError('execution', detail, { limit: 'updateCharactersMax' });
    return errorText(toApiError(namingQuery(error, query))!);
  }
  return text;
}
