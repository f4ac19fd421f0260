import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpAnswer, HttpClient } from '@tocsin/runtime/http/client.ts';
import { readSecret } from '../files/read-secret.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { JWT_BEARER, signedAssertion } from './oauth2-assertion.ts';
import type { Oauth2Config } from './oauth2-schema.ts';
import { proxyFor } from './proxy-for.ts';
import { tlsOptions } from './tls-options.ts';

/** The tokens of one integration, each kept until it expires. */
export interface Oauth2Tokens {
  /**
   * The value of the authorization header.
   * @throws Error when there is no token to be had.
   */
  authorization(config: Oauth2Config, options: TokenOptions): Promise<string>;
  /** The provider did not take the last one: the next is asked for anew. */
  forget(): void;
}

export interface TokenOptions {
  readonly refuseLinkLocal: boolean;
  readonly signal: AbortSignal;
}

export interface TokenDeps {
  readonly http: HttpClient;
  readonly disk: Pick<Disk, 'readFile' | 'size'>;
  readonly clock: { now(): number };
}

interface Token {
  readonly authorization: string;
  /** The client's secret or key; a changed one asks anew. */
  readonly secret: string;
  readonly usableUntilMs: number;
}

/** A token is not used in its last seconds: it would be old when it arrives. */
const SPARE_MS = 10_000;

/** By client credentials or a signed statement. What is asked for at once is asked once. */
export function createOauth2Tokens({ http, disk, clock }: TokenDeps): Oauth2Tokens {
  let token: Token | null = null;
  let asking: { readonly secret: string; readonly token: Promise<Token> } | null = null;
  // How the server takes the client's name, once that is known: most take the first.
  let style: 'header' | 'body' = 'header';
  let statements = 0;

  async function ask(config: Oauth2Config, secret: string, options: TokenOptions): Promise<Token> {
    const isSigned = config.grant_type === JWT_BEARER;
    let answer = await request(config, secret, isSigned ? 'signed' : style, options);
    if (!isSigned && isRefusal(answer)) {
      // Some servers only take name and secret in the body; which of the two cannot be told from the answer.
      const other = style === 'header' ? 'body' : 'header';
      const second = await request(config, secret, other, options);
      if (!isRefusal(second)) {
        style = other;
        answer = second;
      }
    }
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${config.token_url} gives no token: ${describe(answer)}`);
    return readToken(answer, secret, clock.now());
  }

  async function request(
    config: Oauth2Config,
    secret: string,
    how: typeof style | 'signed',
    { refuseLinkLocal, signal }: TokenOptions,
  ): Promise<HttpAnswer> {
    const url = config.token_url ?? '';
    const id = config.client_id ?? '';
    const form = new URLSearchParams(
      how === 'signed'
        ? { grant_type: JWT_BEARER, assertion: signedAssertion(config, secret, clock.now(), ++statements) }
        : { grant_type: 'client_credentials' },
    );
    if (config.scopes && config.scopes.length > 0) form.set('scope', config.scopes.join(' '));
    for (const [name, value] of Object.entries(config.endpoint_params ?? {})) form.set(name, value);
    if (how === 'body') {
      form.set('client_id', id);
      if (secret !== '') form.set('client_secret', secret);
    }
    const pair = `${formEncoded(id)}:${formEncoded(secret)}`;
    return await http.send({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'Tocsin',
        ...(how === 'header' ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {}),
      },
      body: form.toString(),
      timeoutMs: ALERTING_LIMITS.sendTimeoutMs,
      maxAnswerBytes: ALERTING_LIMITS.answerBytes,
      refuseLinkLocal,
      ...(config.tls_config ? { tls: await tlsOptions(config.tls_config, disk) } : {}),
      proxy: proxyFor(config, url),
      signal,
    });
  }

  return {
    async authorization(config, options) {
      const secret =
        config.grant_type === JWT_BEARER
          ? await readSecret(disk, config.client_certificate_key_file, config.client_certificate_key)
          : await readSecret(disk, config.client_secret_file, config.client_secret);
      if (token?.secret === secret && clock.now() < token.usableUntilMs) return token.authorization;
      if (asking?.secret !== secret) {
        const mine = { secret, token: ask(config, secret, options) };
        asking = mine;
        const done = () => {
          if (asking === mine) asking = null;
        };
        mine.token.then(done, done);
      }
      token = await asking.token;
      return token.authorization;
    },
    forget() {
      token = null;
    },
  };
}

/** As RFC 6749, 2.3.1 wants names and secrets before they are joined. */
function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

function isRefusal({ status }: HttpAnswer): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** What JSON or, from old servers, a form says. A token without an end is kept until it is refused. */
function readToken(answer: HttpAnswer, secret: string, nowMs: number): Token {
  const fields = readFields(answer);
  const access = fields('access_token');
  if (typeof access !== 'string' || !/^[\x20-\x7e]+$/.test(access))
    throw new Error('Cannot use the answer to a request for a token: it holds no access_token');
  const type = fields('token_type');
  const seconds = Number(fields('expires_in') ?? 0);
  const lastsMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : Number.POSITIVE_INFINITY;
  return {
    authorization: `${headerType(typeof type === 'string' ? type : '')} ${access}`,
    secret,
    usableUntilMs: nowMs + lastsMs - SPARE_MS,
  };
}

function headerType(type: string): string {
  const known = /^(?:bearer|mac|basic)$/i.exec(type)?.[0].toLowerCase();
  if (known === 'mac') return 'MAC';
  if (known !== undefined) return `${known[0]!.toUpperCase()}${known.slice(1)}`;
  return /^[\w-]+$/.test(type) ? type : 'Bearer';
}

function readFields(answer: HttpAnswer): (name: string) => unknown {
  const text = answer.text();
  const type = answer.headers['content-type'] ?? '';
  if (
    /^(?:application\/x-www-form-urlencoded|text\/plain)\b/i.test(type) &&
    !text.trimStart().startsWith('{')
  ) {
    const form = new URLSearchParams(text);
    return (name) => form.get(name);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof value !== 'object' || value === null)
    throw new Error('Cannot use the answer to a request for a token: it is no JSON object');
  const object = value;
  return (name) => Reflect.get(object, name);
}

/** The status, and the two fields that RFC 6749, 5.2 has for reasons; the rest may hold secrets. */
function describe(answer: HttpAnswer): string {
  let reason = '';
  try {
    const fields = readFields(answer);
    reason = [fields('error'), fields('error_description')]
      .filter((each) => typeof each === 'string')
      .join(': ');
  } catch {
    // A page, not an answer of the protocol's.
  }
  return `${answer.status} ${reason}`.trim().slice(0, ALERTING_LIMITS.answerLength);
}
