import { createAgent } from '@tocsin/agent';
import { incidentsFromEnvironment } from './incidents.ts';
import { createShopApp } from './shop-app.ts';

// The shop as a service: `node examples/shop/shop.ts`, then http://127.0.0.1:9710/products.
const port = Number(process.env['SHOP_PORT'] ?? 9710);
const paymentsUrl = process.env['PAYMENTS_URL'] ?? 'http://127.0.0.1:9711';

const agent = createAgent({ service: 'shop' });
const app = createShopApp({
  agent,
  incidents: incidentsFromEnvironment(process.env),
  now: () => Date.now(),
  random: () => Math.random(),
  async pay(cart, euros) {
    const answer = await fetch(`${paymentsUrl}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cart, euros }),
      signal: AbortSignal.timeout(2_000),
    });
    await answer.body?.cancel();
    if (answer.status >= 500) throw new Error(`payments answered ${answer.status}`);
    return answer.ok;
  },
});
const server = app.listen(port, '127.0.0.1', (error?: Error) => {
  if (error) throw error;
  process.send?.('ready');
});

async function stop(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await agent.shutdown();
  process.exit(0);
}
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.once('disconnect', () => void stop());
