import { z } from 'zod';
import { text, textMap } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

const NEEDS_SDK = "needs AWS's own SDK, which is not part of this; use access_key and secret_key";
const unsupported = z
  .unknown()
  .refine((value) => value === undefined || value === null || value === '' || value === false, {
    message: NEEDS_SDK,
  })
  .optional();

export const SNS_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    /** Of the region unless it says so. */
    api_url: z.union([z.literal(''), httpUrl]).nullish(),
    /** Without keys those of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION. */
    sigv4: z
      .strictObject({
        region: text.nullish(),
        access_key: text.nullish(),
        secret_key: text.nullish(),
        profile: unsupported,
        role_arn: unsupported,
        external_id: unsupported,
        use_fips_sts_endpoint: z.boolean().nullish(),
      })
      .refine(({ access_key, secret_key }) => Boolean(access_key) === Boolean(secret_key), {
        message: 'set both of access_key and secret_key',
      })
      .nullish(),
    topic_arn: templated(''),
    phone_number: templated(''),
    target_arn: templated(''),
    subject: templated('{{ template "sns.default.subject" . }}'),
    message: templated('{{ template "sns.default.message" . }}'),
    attributes: textMap.nullish(),
    use_aws_http_client: z.boolean().nullish(),
  })
  .refine(
    (sns) => [sns.topic_arn, sns.phone_number, sns.target_arn].filter((each) => each !== '').length === 1,
    { message: 'set one of topic_arn, target_arn and phone_number' },
  );

export type SnsSource = z.output<typeof SNS_SCHEMA>;
