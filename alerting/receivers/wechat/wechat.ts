import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { defaultDescription } from '../default-description.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload, withoutEmpty } from '../stored-payload.ts';
import type { WechatConfig } from './wechat-config.ts';

// WeCom's documentation, "Global error codes".
const TOKEN_ERRORS: ReadonlySet<unknown> = new Set([40_001, 40_014, 41_001, 42_001]);
const PASSING_ERRORS: ReadonlySet<unknown> = new Set([-1, 6_000, 45_009, 45_011, 45_033]);

interface Said {
  readonly code: unknown;
  readonly error: string;
  readonly token: string | null;
}

/** Sends an application's message through WeCom, WeChat for work. Its token is kept until it is refused. */
export function createWechat(config: WechatConfig, templates: TemplateSet, deps: HttpSendDeps): Integration {
  const { inline } = config.secret;
  const templatedSecret = inline?.includes('{{') ? inline : null;
  let held: { readonly token: string; readonly of: string } | null = null;

  async function ask(
    path: string,
    query: Readonly<Record<string, string>>,
    rest: Request,
  ): Promise<HttpAnswer> {
    const url = `${config.apiUrl}${path}?${new URLSearchParams(query)}`;
    return await sendHttp(
      config.http,
      { url, contentType: 'application/json', timeoutMs: null, ...rest },
      deps,
    );
  }

  async function tokenFor(corpid: string, corpsecret: string, signal: AbortSignal): Promise<string> {
    const of = JSON.stringify([corpid, corpsecret]);
    if (held?.of === of) return held.token;
    const said = read(await ask('gettoken', { corpid, corpsecret }, { method: 'GET', signal }));
    if (!said.token) {
      throw new SendError(`WeChat gives no token: ${said.error}`, PASSING_ERRORS.has(said.code));
    }
    held = { token: said.token, of };
    return said.token;
  }

  return {
    kind: 'wechat',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const { message: template, to_user, to_party, to_tag, agent_id, message_type } = config.message;
      const content = renderer.text(template, '{{ template "wechat.default.message" . }}');
      const message = {
        text: { content: message_type === 'markdown' ? '' : content },
        ...withoutEmpty({
          touser: renderer.text(to_user, ''),
          toparty: renderer.text(to_party, ''),
          totag: renderer.text(to_tag, ''),
          agentid: renderer.text(agent_id, ''),
        }),
        safe: '0',
        msgtype: message_type,
        markdown: { content: message_type === 'markdown' ? content : '' },
      };
      const corp_id = renderer.text(config.corpId, config.corpId);
      // A fixed secret is added at the send: the outbox needs none.
      const secret = templatedSecret === null ? null : renderer.text(templatedSecret, '');
      return {
        ...defaultDescription(renderer),
        payload: { message, corp_id, secret },
        problem: renderer.problem,
      };
    },
    async send(message, _key, signal) {
      const stored = storedPayload(message.payload);
      const secret =
        typeof stored['secret'] === 'string' ? stored['secret'] : await openSecret(deps.disk, config.secret);
      const body = JSON.stringify(stored['message'] ?? null);
      const post = async () => {
        const token = await tokenFor(String(stored['corp_id']), secret, signal);
        return await ask('message/send', { access_token: token }, { body, signal });
      };
      let answer = await post();
      if (TOKEN_ERRORS.has(read(answer).code)) {
        held = null;
        answer = await post();
      }
      const { code, error } = read(answer);
      if (code === 0) return describeAnswer(answer);
      throw new SendError(
        `WeChat answered with an error: ${error}`,
        TOKEN_ERRORS.has(code) || PASSING_ERRORS.has(code),
      );
    },
  };
}

type Request = { readonly method?: 'GET'; readonly body?: string; readonly signal: AbortSignal };

/** WeChat says no with status 200. */
function read(answer: HttpAnswer): Said {
  let said: unknown;
  try {
    said = JSON.parse(answer.text());
  } catch (error) {
    throw new SendError(`WeChat's answer cannot be read: ${answer.status}`, true, error);
  }
  if (said === null || typeof said !== 'object')
    throw new SendError(`WeChat's answer cannot be read: ${answer.status}`, true);
  const token: unknown = Reflect.get(said, 'access_token');
  const code: unknown = Reflect.get(said, 'errcode');
  const error = `${String(code)} ${String(Reflect.get(said, 'errmsg'))}`.slice(0, 500);
  return { code, error, token: typeof token === 'string' && token !== '' ? token : null };
}
