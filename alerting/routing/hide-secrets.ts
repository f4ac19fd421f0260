import { isCollection, isScalar, parseDocument, visit } from 'yaml';

// Keys whose value is a secret, wherever they stand. A webhook's URL often carries one.
const SECRET =
  /(?:password|secrets?|token|credentials|api_key|service_key|routing_key|user_key|^url|webhook_url|api_url)$/i;

/** A configuration's text with the values of its secrets replaced, everything else as it was written. */
export function hideSecrets(text: string): string {
  const places: { readonly from: number; readonly to: number }[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !SECRET.test(String(key.value))) return;
      for (const each of isCollection(value) ? value.items : [value]) {
        if (isScalar(each) && each.range && each.value !== null)
          places.push({ from: each.range[0], to: each.range[1] });
      }
    },
  });
  let shown = text;
  for (const { from, to } of places.reverse()) {
    // A block (`|`) ends with its line end.
    shown = `${shown.slice(0, from)}<secret>${shown[to - 1] === '\n' ? '\n' : ''}${shown.slice(to)}`;
  }
  return shown;
}
