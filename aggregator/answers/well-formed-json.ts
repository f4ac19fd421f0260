/**
 * JSON in which every text is Unicode. Bytes in a query's text that are no UTF-8 (`"\xff"`) are held as lone surrogates, which
 * no JSON reader owes anything; they are answered as U+FFFD.
 */
export function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value);
  // JSON.stringify writes a lone surrogate as its escape, and nothing else as one that begins so.
  if (!json.includes('\\ud')) return json;
  return JSON.stringify(value, (_name, each) => (typeof each === 'string' ? each.toWellFormed() : each));
}
