import { environmentValue } from '@tocsin/runtime/environment.ts';
import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import type { AwsCredentials, SnsConfig } from './sns-config.ts';
import type { SnsSource } from './sns-schema.ts';

export function loadSns(source: SnsSource, { global, resolve, refuse }: LoadContext): SnsConfig {
  const region =
    (source.sigv4?.region || environmentValue('AWS_REGION') || environmentValue('AWS_DEFAULT_REGION')) ??
    refuse('SNS needs a region; set sigv4.region');
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    kind: 'sns',
    sendResolved: source.send_resolved ?? true,
    apiUrl: source.api_url || `https://sns.${region}.${domain}/`,
    region,
    credentials:
      credentials(source) ??
      refuse(
        'SNS needs keys; set sigv4.access_key and sigv4.secret_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
      ),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}

function credentials({ sigv4 }: SnsSource): AwsCredentials | null {
  if (sigv4?.access_key && sigv4.secret_key)
    return { accessKeyId: sigv4.access_key, secretAccessKey: sigv4.secret_key, sessionToken: null };
  const accessKeyId = environmentValue('AWS_ACCESS_KEY_ID');
  const secretAccessKey = environmentValue('AWS_SECRET_ACCESS_KEY');
  if (!accessKeyId || !secretAccessKey) return null;
  return { accessKeyId, secretAccessKey, sessionToken: environmentValue('AWS_SESSION_TOKEN') };
}
