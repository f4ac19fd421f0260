// Keys whose value is a secret, wherever they stand.
const SECRET =
  /^(\s*(?:- )?\s*["']?(?:\w*password|\w*secret|\w*token|credentials|\w*api_key|\w*_api_url|url|\w*webhook_url|service_key|routing_key|user_key)["']?\s*:\s*)(?!\s*$).+$/gim;

/** A configuration's text with the values of its secrets replaced, for showing. Text blocks keep their lines. */
export function hideSecrets(text: string): string {
  return text.replace(SECRET, '$1<secret>');
}
