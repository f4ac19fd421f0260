import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ACCEPT, formatOfContentType } from '@tocsin/protocol/exposition/content-type.ts';
import type { ExpositionSample } from '@tocsin/protocol/exposition/family.ts';
import { type ParsedExposition, parseExposition } from '@tocsin/protocol/exposition/parse.ts';
import { expositionToWriteSeries } from '@tocsin/protocol/exposition/to-write-series.ts';
import { type Labels, labelsFromPairs } from '@tocsin/protocol/labels/labels.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import type { Round } from '../samples/round.ts';
import type { Authorization, Target } from './target.ts';

export interface ScrapeDeps {
  readonly client: HttpClient;
  readonly disk: Disk;
  readonly userAgent: string;
}

export interface Scraped extends Round {
  /** Those dated by the scrape and not by the target; only their end can be told from their absence. */
  readonly dated: readonly Labels[];
  readonly samples: number;
}

const gunzipAsync = promisify(gunzip);

/**
 * Asks the target once. Rejects with an error for a person when it does not answer well in time; one line that
 * cannot be read spoils the whole scrape, as in Prometheus, because half a scrape is a wrong one.
 */
export async function scrape(
  deps: ScrapeDeps,
  target: Target,
  atMs: number,
  signal: AbortSignal,
): Promise<Scraped> {
  const authorization = await headerOf(target.authorization, deps.disk);
  const answer = await deps.client.send({
    method: 'GET',
    url: target.url,
    headers: {
      accept: ACCEPT,
      'accept-encoding': 'gzip',
      'user-agent': deps.userAgent,
      'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1_000),
      ...(authorization !== null && { authorization }),
    },
    timeoutMs: target.timeoutMs,
    maxAnswerBytes: target.bodyBytesMax,
    signal,
  });
  if (answer.status !== 200) throw new Error(`server returned HTTP status ${answer.status}`);
  const compressed = answer.headers['content-encoding'] === 'gzip';
  const body = compressed
    ? await gunzipAsync(answer.body, { maxOutputLength: target.bodyBytesMax })
    : answer.body;
  const parsed = parseExposition(body, formatOfContentType(answer.headers['content-type']));
  const [error] = parsed.errors;
  if (error) throw new Error(`line ${error.line}, column ${error.column}: ${error.message}`);
  if (parsed.samples.length > target.samplesMax) {
    throw new Error(`${parsed.samples.length} samples are more than the limit of ${target.samplesMax}`);
  }
  return labelled(parsed, target, atMs);
}

function labelled({ samples, metadata }: ParsedExposition, target: Target, atMs: number): Scraped {
  const dated: Labels[] = [];
  const relabelled = samples.map((sample): ExpositionSample => {
    const labels = targetLabels(sample.labels, target);
    const { value, timestampMs, exemplar } = sample;
    const own = target.honorTimestamps ? timestampMs : undefined;
    if (own === undefined) dated.push(labels);
    return { labels, value, ...(own !== undefined && { timestampMs: own }), ...(exemplar && { exemplar }) };
  });
  return { series: expositionToWriteSeries(relabelled, atMs), metadata, dated, samples: samples.length };
}

/**
 * The sample's labels and the target's. Where both have one, honor_labels keeps the sample's; otherwise the
 * target's stands and the sample's is called `exported_...`. The layer is `system` unless either says it.
 */
export function targetLabels(labels: Labels, target: Pick<Target, 'labels' | 'honorLabels'>): Labels {
  const pairs = new Map<string, string>([['layer', 'system']]);
  for (const [name, value] of Object.entries(target.labels)) pairs.set(name, value);
  const moved: [string, string][] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const [name, value] = [labels[i]!, labels[i + 1]!];
    if (Object.hasOwn(target.labels, name) && !target.honorLabels) moved.push([name, value]);
    else pairs.set(name, value);
  }
  for (const [name, value] of moved) {
    let free = `exported_${name}`;
    while (pairs.has(free)) free = `exported_${free}`;
    pairs.set(free, value);
  }
  return labelsFromPairs(pairs);
}

async function headerOf(authorization: Authorization | null, disk: Disk): Promise<string | null> {
  const read = async (path: string) => new TextDecoder().decode(await disk.readFile(path)).trim();
  const basic = (user: string, password: string) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  switch (authorization?.kind) {
    case 'value':
      return `${authorization.scheme} ${authorization.value}`;
    case 'file':
      return `${authorization.scheme} ${await read(authorization.path)}`;
    case 'basic':
      return basic(authorization.user, authorization.password);
    case 'basicFile':
      return basic(authorization.user, await read(authorization.path));
    default:
      return null;
  }
}
