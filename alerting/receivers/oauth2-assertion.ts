import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { Oauth2Config } from './oauth2-schema.ts';

/** RFC 7523, 2.1. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const HASHES = { RS256: 'RSA-SHA256', RS384: 'RSA-SHA384', RS512: 'RSA-SHA512' } as const;
const LASTS_SECONDS = 10 * 60;

/**
 * The signed statement (JWT) that is exchanged for a token, with the claims Alertmanager makes. `keyPem` is an RSA key in PEM;
 * `serial` makes statements of the same moment differ.
 * @throws Error when the key is none.
 */
export function signedAssertion(config: Oauth2Config, keyPem: string, nowMs: number, serial: number): string {
  const issuedAt = Math.floor(nowMs / 1_000);
  const algorithm = config.signature_algorithm ?? 'RS256';
  const id = config.client_id ?? '';
  const claims = {
    iss: config.iss || id,
    sub: id,
    aud: config.audience || config.token_url,
    iat: issuedAt,
    exp: issuedAt + LASTS_SECONDS,
    jti: createHash('sha256').update(`${nowMs} ${serial} ${keyPem}`).digest('hex').slice(0, 32),
    ...(config.scopes && config.scopes.length > 0 ? { scope: config.scopes.join(' ') } : {}),
    ...config.claims,
  };
  const header = {
    alg: algorithm,
    typ: 'JWT',
    ...(config.client_certificate_key_id ? { kid: config.client_certificate_key_id } : {}),
  };
  const content = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = privateKey(keyPem);
  return `${content}.${sign(HASHES[algorithm], Buffer.from(content), key).toString('base64url')}`;
}

function privateKey(pem: string) {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What OpenSSL says of it may quote it.
  }
  throw new Error('Cannot sign for a token: client_certificate_key is no RSA key in PEM');
}
