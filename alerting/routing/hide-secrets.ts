import { isCollection, isScalar, parseDocument, visit } from 'yaml';

// Keys whose value is a secret, wherever they stand. A webhook's URL often carries one.
const SECRET =
  /(?:password|secrets?|token|credentials|api_key|service_key|routing_key|user_key|^url|webhook_url|api_url)$/i;

/** A configuration's text with the values of its secrets replaced, everything else as it was written. */
export function hideSecrets(text: string): string {
  const places: { readonly from: number; readonly to: number; readonly mask: string }[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !SECRET.test(String(key.value))) return;
      for (const each of isCollection(value) ? value.items : [value]) {
        if (isScalar(each) && each.range && each.value !== null)
          places.push({
            from: each.range[0],
            to: each.range[1],
            mask: maskOf(String(key.value), each.value),
          });
      }
    },
  });
  let shown = text;
  for (const { from, to, mask } of places.reverse()) {
    // A block (`|`) ends with its line end.
    shown = `${shown.slice(0, from)}${mask}${shown[to - 1] === '\n' ? '\n' : ''}${shown.slice(to)}`;
  }
  return shown;
}

/** A webhook's URL stays one: amtool up to 0.25 reads no configuration in which it is none. */
function maskOf(key: string, value: unknown): string {
  const url = key === 'url' && URL.canParse(String(value)) ? new URL(String(value)) : null;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isHttp && /^[\w.:[\]-]+$/.test(url.host) ? `${url.protocol}//${url.host}/<secret>` : '<secret>';
}
