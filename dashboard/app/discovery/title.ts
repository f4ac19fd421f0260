const abbreviations: Readonly<Record<string, string>> = {
  http: 'HTTP',
  cpu: 'CPU',
  gc: 'GC',
  rss: 'RSS',
  api: 'API',
  sql: 'SQL',
  db: 'DB',
  tcp: 'TCP',
  udp: 'UDP',
  dns: 'DNS',
  id: 'ID',
  io: 'I/O',
  otlp: 'OTLP',
  url: 'URL',
  fds: 'open files',
  nodejs: 'Node.js',
};

const unitWords = new Set(
  'seconds milliseconds bytes bits ratio percent celsius hertz eur usd gbp chf euro euros dollars'.split(' '),
);

/** `shop_orders_total` as people say it: "Shop orders". */
export function titleOf(name: string): string {
  const words = name.split(/[_.:]+/).filter((word) => word !== '');
  while (words.length > 1 && (words.at(-1) === 'total' || unitWords.has((words.at(-1) ?? '').toLowerCase())))
    words.pop();
  const text = words
    .map((word) => (Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? word) : word))
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
