import type { Agent } from '@tocsin/agent';
import express, { type Express } from 'express';
import { type Cart, createCarts } from './carts.ts';
import { catalogue, findProduct } from './catalogue.ts';
import type { Incidents } from './incidents.ts';
import { createShopMetrics } from './shop-metrics.ts';
import { createVisitors } from './visitors.ts';

export interface ShopDeps {
  readonly agent: Agent;
  /** Resolves with whether the card was taken; rejects when payments cannot be reached. */
  readonly pay: (cartId: string, euros: number) => Promise<boolean>;
  readonly incidents: Incidents;
  readonly now: () => number;
  readonly random: () => number;
}

const SLOW_MS = { least: 400, most: 2_000 };
const ERROR_BURST_SHARE = 0.3;

/** A small shop: catalogue, cart, checkout, sign-up. */
export function createShopApp({ agent, pay, incidents, now, random }: ShopDeps): Express {
  const log = agent.logger({ name: 'shop' });
  const carts = createCarts(now);
  const visitors = createVisitors(now);
  const { orders, revenue, signups, checkout } = createShopMetrics(agent, carts, visitors);
  const isNow = (name: string): boolean => incidents.at(now())?.name === name;

  const app = express();
  app.disable('x-powered-by');
  app.use(agent.express());
  app.use(express.json({ limit: '10kb' }));
  app.use((request, response, next) => {
    visitors.seen(request.get('x-visitor') ?? request.ip ?? 'unknown');
    if (isNow('error burst') && random() < ERROR_BURST_SHARE) {
      log.error({ path: request.path }, 'cannot read the stock: connection to the database lost');
      response.status(500).json({ error: 'Something went wrong on our side.' });
      return;
    }
    next();
  });

  app.get('/products', async (_request, response) => {
    if (isNow('slow catalogue')) {
      const tookMs = Math.round(SLOW_MS.least + random() * (SLOW_MS.most - SLOW_MS.least));
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      log.warn({ tookMs }, 'slow query: select * from products');
    }
    response.json(catalogue);
  });
  app.get('/products/:id', (request, response) => {
    const product = findProduct(request.params.id);
    if (product) response.json(product);
    else response.status(404).json({ error: 'There is no such product.' });
  });

  app.post('/carts', (_request, response) => {
    const cart = carts.open();
    if (!cart) {
      log.error('too many open carts');
      response.status(503).json({ error: 'Too many customers, come back later.' });
      return;
    }
    checkout.inc({ step: 'cart' });
    response.status(201).json({ id: cart.id });
  });
  app.post('/carts/:id/items', (request, response) => {
    const cart = carts.find(request.params.id);
    const product = findProduct(String(request.body?.product));
    if (!cart || !product) {
      response.status(404).json({ error: 'There is no such cart or product.' });
      return;
    }
    if (cart.items.length < 50) cart.items.push(product);
    response.json({ items: cart.items.length });
  });
  app.post('/carts/:id/address', (request, response) => {
    const cart = carts.find(request.params.id);
    if (!cart || cart.items.length === 0) {
      response.status(409).json({ error: 'There is nothing to send.' });
      return;
    }
    if (cart.step === 'cart') checkout.inc({ step: 'address' });
    cart.step = 'address';
    response.json({ step: cart.step });
  });
  app.post('/carts/:id/payment', async (request, response) => {
    const cart = carts.find(request.params.id);
    if (!cart || cart.step === 'cart') {
      response.status(409).json({ error: 'Where shall it go? Send an address first.' });
      return;
    }
    if (cart.step === 'address') checkout.inc({ step: 'payment' });
    cart.step = 'payment';
    await payFor(cart, response);
  });

  const payFor = async (cart: Cart, response: express.Response): Promise<void> => {
    const euros = cart.items.reduce((sum, { priceEuros }) => sum + priceEuros, 0);
    let taken: boolean;
    try {
      taken = await pay(cart.id, euros);
    } catch (error) {
      log.error({ err: error, cart: cart.id, euros }, 'payment failed: the payment service does not answer');
      response.status(502).json({ error: 'Payment is not possible at the moment.' });
      return;
    }
    if (!taken) {
      log.warn({ cart: cart.id, euros }, 'payment declined');
      response.status(402).json({ error: 'The card was declined.' });
      return;
    }
    carts.close(cart);
    checkout.inc({ step: 'done' });
    orders.inc();
    revenue.inc(euros);
    log.info({ cart: cart.id, euros, items: cart.items.length }, 'order placed');
    response.status(201).json({ step: 'done', euros });
  };

  app.post('/signups', (_request, response) => {
    if (isNow('sign-ups stop')) {
      log.error('cannot send the confirmation mail: mail relay refuses connections');
      response.status(503).json({ error: 'Sign-up is not possible at the moment.' });
      return;
    }
    signups.inc();
    log.info('new customer');
    response.status(201).json({ welcome: true });
  });
  return app;
}
