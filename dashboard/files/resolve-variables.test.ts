import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DashboardVariable, variableSchema } from './dashboard-schema.ts';
import { allValues, resolveVariables, valuesOf } from './resolve-variables.ts';

const variable = (some: object): DashboardVariable => variableSchema.parse(some);
const asked: string[] = [];
const ask = async (label: string, matcher: string) => {
  asked.push(`${label} of ${matcher}`);
  return label === 'service' ? ['pay', 'shop'] : ['/', '/cart'];
};

test('each variable may depend on those before it', async () => {
  asked.length = 0;
  const found = await resolveVariables(
    [
      variable({ name: 'service', values_of: 'service' }),
      variable({ name: 'route', values_of: 'route', of: 'http{service="$service"}', all: true, multi: true }),
      variable({ name: 'q', values: ['0.5', '0.99'], default: '0.99' }),
      variable({ name: 'text', free: true }),
    ],
    new Map([['service', ['shop']]]),
    ask,
  );
  assert.deepEqual(asked, ['service of ', 'route of http{service="shop"}']);
  assert.deepEqual(
    [...valuesOf(found)],
    [
      ['service', ['shop']],
      ['route', ['/', '/cart']],
      ['q', ['0.99']],
      ['text', ['']],
    ],
  );
  assert.equal(found[1]?.isAll, true);
});

test('a link keeps its value though nobody sends it now; all is only where it may be', async () => {
  const one = variable({ name: 'service', values_of: 'service' });
  const choose = async (...wanted: string[]) =>
    (await resolveVariables([one], new Map([['service', wanted]]), ask))[0]?.chosen;
  assert.deepEqual(await choose('gone'), ['gone']);
  assert.deepEqual(await choose(allValues), ['pay']);
  assert.deepEqual(await choose('pay', 'shop'), ['pay']);
});
