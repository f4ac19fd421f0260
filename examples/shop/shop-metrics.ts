import type { Agent } from '@tocsin/agent';
import type { Carts } from './carts.ts';
import type { Visitors } from './visitors.ts';

/** What the shop counts beside its requests, which the agent's middleware measures. */
export function createShopMetrics(agent: Agent, carts: Carts, visitors: Visitors) {
  agent.gauge({
    name: 'shop_carts_open',
    help: 'Carts somebody may still buy.',
    layer: 'business',
    collect() {
      this.set(carts.count());
    },
  });
  agent.gauge({
    name: 'shop_active_users',
    help: 'Visitors seen in the last minute.',
    layer: 'usage',
    collect() {
      this.set(visitors.count());
    },
  });
  const checkout = agent.counter({
    name: 'shop_checkout_total',
    help: 'Carts that reached a step of the checkout.',
    labelNames: ['step'],
    layer: 'business',
  });
  // From the start, so that a funnel has all its steps and the first order is an increase.
  for (const step of ['cart', 'address', 'payment', 'done']) checkout.inc({ step }, 0);
  return {
    checkout,
    orders: agent.counter({ name: 'shop_orders_total', help: 'Orders paid.', layer: 'business' }),
    revenue: agent.counter({
      name: 'shop_revenue_euros_total',
      help: 'Value of the orders paid, in euros.',
      layer: 'business',
    }),
    signups: agent.counter({ name: 'shop_signups_total', help: 'New customers.', layer: 'business' }),
  };
}
