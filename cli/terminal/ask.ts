import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import type { CommandInput, CommandOption } from '../command.ts';
import { loadConfig } from '../config/load-config.ts';
import { partUrl } from '../parts/urls.ts';

export const ASK_OPTIONS: readonly CommandOption[] = [
  { name: 'config', value: 'FILE', help: 'configuration (default ./tocsin.yaml, which may be missing)' },
  {
    name: 'url',
    value: 'URL',
    help: 'the server to ask (default: the aggregator of the configuration, or TOCSIN_URL)',
  },
];

const TIMEOUT_MS = 130_000;

/** Hands alerting a JSON body by POST, or asks it by GET when there is none; throws what it answers when that is no success. */
export async function askAlerting(input: CommandInput, path: string, body: unknown = null): Promise<unknown> {
  const config = loadConfig(input);
  const base = input.option('url') ?? partUrl(config, 'alerting');
  const client = createHttpClient({ token: config.token });
  try {
    const answer = await client.send({
      method: body === null ? 'GET' : 'POST',
      url: `${base.replace(/\/+$/, '')}${path}`,
      timeoutMs: TIMEOUT_MS,
      ...(body !== null && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (answer.status >= 300) throw new Error(complaint(answer.text(), answer.status));
    return JSON.parse(answer.text());
  } finally {
    client.close();
  }
}

// Servers take about 16 KiB of headers, the URL among them.
const URL_LENGTH_MAX = 4_096;
/** As the aggregator lists who asked it. */
const WHO = { 'user-agent': 'tocsin-cli' };

/** Asks a part by GET, or by a form what is too long for it, the aggregator unless another is named; throws what it answers when that is no success. */
export async function ask(
  input: CommandInput,
  path: string,
  parameters: Readonly<Record<string, string>> | URLSearchParams,
  part: 'aggregator' | 'alerting' = 'aggregator',
): Promise<unknown> {
  const config = loadConfig(input);
  const named = part === 'aggregator' ? input.environment['TOCSIN_URL'] : undefined;
  const base = input.option('url') ?? named ?? partUrl(config, part);
  const client = createHttpClient({ token: config.token });
  try {
    const url = `${base.replace(/\/+$/, '')}${path}`;
    const form = String(new URLSearchParams(parameters));
    const answer = await client.send(
      form.length <= URL_LENGTH_MAX
        ? { method: 'GET', url: `${url}?${form}`, headers: WHO, timeoutMs: TIMEOUT_MS }
        : {
            method: 'POST',
            url,
            headers: { ...WHO, 'content-type': 'application/x-www-form-urlencoded' },
            body: form,
            timeoutMs: TIMEOUT_MS,
          },
    );
    if (answer.status !== 200) throw new Error(complaint(answer.text(), answer.status));
    return JSON.parse(answer.text());
  } finally {
    client.close();
  }
}

function complaint(text: string, status: number): string {
  try {
    const { error }: { error?: unknown } = JSON.parse(text);
    if (typeof error === 'string') return error;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return `the server answered ${status}: ${text.trim().slice(0, 500)}`;
}
