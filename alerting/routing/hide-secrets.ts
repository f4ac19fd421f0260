import { isCollection, isPair, isScalar, parseDocument, type Scalar, visit } from 'yaml';

// Keys whose value is a secret, wherever they stand. A webhook's URL often carries one.
const SECRET =
  /(?:password|secrets?|secret_key|client_certificate_key|^key$|token|token_id|credentials|api_key|service_key|routing_key|user_key|^url|webhook_url|api_url|proxy_url|proxy_connect_header)$/i;

/** A configuration's text with the values of its secrets replaced, everything else as it was written. */
export function hideSecrets(text: string): string {
  const places: { readonly from: number; readonly to: number; readonly mask: string }[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !SECRET.test(String(key.value))) return;
      for (const { range, value: secret } of scalarsOf(value)) {
        const mask = maskOf(String(key.value), secret);
        if (range && secret !== null && mask !== null) places.push({ from: range[0], to: range[1], mask });
      }
      return visit.SKIP;
    },
  });
  let shown = text;
  for (const { from, to, mask } of places.reverse()) {
    // A block (`|`) ends with its line end.
    shown = `${shown.slice(0, from)}${mask}${shown[to - 1] === '\n' ? '\n' : ''}${shown.slice(to)}`;
  }
  return shown;
}

/** All that a value holds, at any depth. */
function scalarsOf(value: unknown): readonly Scalar[] {
  if (isCollection(value)) return value.items.flatMap((item) => scalarsOf(isPair(item) ? item.value : item));
  return isScalar(value) ? [value] : [];
}

/** A webhook's URL stays one: amtool up to 0.25 reads no configuration in which it is none. Of a proxy's only the password is secret. */
function maskOf(key: string, value: unknown): string | null {
  const url = /url$/.test(key) && URL.canParse(String(value)) ? new URL(String(value)) : null;
  if (key === 'key' && !String(value).includes('PRIVATE KEY')) return null;
  if (key === 'proxy_url')
    return url?.username || url?.password ? `${url.protocol}//xxxxx@${url.host}` : null;
  const isHttp = key === 'url' && (url?.protocol === 'http:' || url?.protocol === 'https:');
  return url && isHttp && /^[\w.:[\]-]+$/.test(url.host)
    ? `${url.protocol}//${url.host}/<secret>`
    : '<secret>';
}
