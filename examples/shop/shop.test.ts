import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createAgent } from '@tocsin/agent';
import { createChance } from './chance.ts';
import { arrivalsPerSecond, startCustomers } from './customers.ts';
import { createIncidents, type Incidents, incidentsFromEnvironment, noIncidents } from './incidents.ts';
import { createShopApp } from './shop-app.ts';

const closing: (() => unknown)[] = [];
after(async () => {
  for (const close of closing) await close();
});

async function openShop(
  options: { pay?: () => Promise<boolean>; incidents?: Incidents; random?: () => number } = {},
) {
  const agent = createAgent({ service: 'shop', url: 'off', defaultMetrics: false });
  const app = createShopApp({
    agent: { ...agent, logger: (settings) => agent.logger({ ...settings, level: 'silent' }) },
    pay: options.pay ?? (async () => true),
    incidents: options.incidents ?? noIncidents,
    now: () => Date.now(),
    random: options.random ?? (() => 0.5),
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const value = async (name: string, labels: Record<string, string> = {}) => {
    const metric = await agent.registry.getSingleMetric(name)?.get();
    const wanted = JSON.stringify(labels);
    return metric?.values.find((one) => JSON.stringify(one.labels) === wanted)?.value;
  };
  return { url, ask, value };
}
function during(name: 'payment outage' | 'error burst' | 'slow catalogue' | 'sign-ups stop'): Incidents {
  return { at: () => ({ name, startMs: 0, endMs: 1 }) };
}

test('an order goes from the cart to the revenue, and each step is counted', async () => {
  const { ask, value } = await openShop();
  assert.equal((await ask('GET', '/products')).body.length, 10);
  assert.equal((await ask('GET', '/products/none')).status, 404);
  const { id } = (await ask('POST', '/carts')).body;
  assert.equal(await value('shop_carts_open'), 1);
  assert.equal((await ask('POST', `/carts/${id}/address`)).status, 409, 'the cart is empty');
  assert.equal((await ask('POST', `/carts/${id}/items`, { product: 'gong' })).status, 200);
  assert.equal((await ask('POST', `/carts/${id}/payment`)).status, 409, 'there is no address');
  assert.equal((await ask('POST', `/carts/${id}/address`)).status, 200);
  assert.deepEqual((await ask('POST', `/carts/${id}/payment`)).body, { step: 'done', euros: 120 });
  assert.equal((await ask('POST', `/carts/${id}/payment`)).status, 409, 'it is paid once');
  assert.equal((await ask('POST', '/signups')).status, 201);
  for (const step of ['cart', 'address', 'payment', 'done']) {
    assert.equal(await value('shop_checkout_total', { step }), 1, step);
  }
  assert.equal(await value('shop_orders_total'), 1);
  assert.equal(await value('shop_revenue_euros_total'), 120);
  assert.equal(await value('shop_signups_total'), 1);
  assert.equal(await value('shop_carts_open'), 0);
  assert.equal(await value('shop_active_users'), 1);
});

test('payments that decline or fail make no order, and the cart stays open', async () => {
  for (const [pay, status] of [
    [async () => false, 402],
    [async () => Promise.reject(new Error('down')), 502],
  ] as const) {
    const { ask, value } = await openShop({ pay });
    const { id } = (await ask('POST', '/carts')).body;
    await ask('POST', `/carts/${id}/items`, { product: 'gong' });
    await ask('POST', `/carts/${id}/address`);
    assert.equal((await ask('POST', `/carts/${id}/payment`)).status, status);
    assert.equal(await value('shop_orders_total'), 0);
    assert.equal(await value('shop_carts_open'), 1);
  }
});

test('incidents are felt', async () => {
  const burst = await openShop({ incidents: during('error burst'), random: () => 0.1 });
  assert.equal((await burst.ask('GET', '/products')).status, 500);
  const stopped = await openShop({ incidents: during('sign-ups stop') });
  assert.equal((await stopped.ask('POST', '/signups')).status, 503);
  const slow = await openShop({ incidents: during('slow catalogue'), random: () => 0 });
  const startMs = performance.now();
  assert.equal((await slow.ask('GET', '/products')).status, 200);
  assert.ok(performance.now() - startMs >= 390);
});

test('incidents come every few minutes, each kind once in four, and all processes agree on them', () => {
  const [startMs, seed] = [1_000_000, 5];
  const environment = { SHOP_DEMO_START_MS: String(startMs), SHOP_DEMO_SEED: String(seed) };
  const [own, told] = [createIncidents(startMs, seed), incidentsFromEnvironment(environment)];
  assert.equal(own.at(startMs), null);
  const names: string[] = [];
  let running = 0;
  for (let second = 0; second < 6 * 60 * 8; second++) {
    const nowMs = startMs + second * 1_000;
    const incident = own.at(nowMs);
    assert.deepEqual(told.at(nowMs), incident);
    if (!incident) continue;
    running++;
    assert.ok(incident.startMs <= nowMs && nowMs < incident.endMs);
    if (incident.startMs === nowMs) names.push(incident.name);
  }
  assert.equal(running, 8 * 180);
  assert.equal(new Set(names.slice(0, 4)).size, 4);
  assert.equal(new Set(names.slice(4, 8)).size, 4);
  assert.equal(incidentsFromEnvironment({}).at(startMs + 200_000), null);
});

test('customers buy, more in the evening than at night', async () => {
  const { url, value } = await openShop();
  // Six times as fast as a visit takes: what they do is the same.
  const chance = createChance(3);
  const customers = startCustomers(url, { ...chance, waitOf: () => 2 }, () => 0);
  while (((await value('shop_orders_total')) ?? 0) < 3)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await customers.stop();
  assert.equal(customers.present, 0);
  assert.ok(arrivalsPerSecond(19 * 60_000) > 2 * arrivalsPerSecond(4 * 60_000));
});
