import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shopContent } from './shop-content.ts';
import { until, useVisits } from './visits.ts';

describe('time on the page, in Chromium', () => {
  const { open, charts, cursorLefts } = useVisits();

  it('has one cursor for all charts, by mouse and by keyboard', async () => {
    const { page } = await open(shopContent(Date.now()), '/?refresh=0');
    await page.getByRole('region', { name: 'Shop signups' }).last().locator('.chart canvas').waitFor();
    const chart = charts(page).first();
    const numbers = () => page.locator('.layer .legend').allTextContents();
    await page.waitForLoadState('networkidle');
    const latest = await numbers();
    await chart.hover({ position: { x: 200, y: 60 } });
    await until(() => page.evaluate(`document.querySelector('.cursor-time-set') !== null`));
    const moved = await cursorLefts(page);
    assert.ok(moved.length >= 6, `${moved.length} charts are drawn`);
    assert.ok(
      moved.every((left) => Math.abs(left - (moved[0] ?? 0)) <= 2 && left > 0),
      moved.join(' '),
    );
    const atCursor = await page.locator('.layer-business .legend-value').first().textContent();
    const clock = await page.locator('.cursor-time').textContent();
    // Numbers beside other charts follow too, and go back to the latest ones, every one of them, when the pointer leaves.
    await until(async () => (await numbers()).filter((text, index) => text !== latest[index]).length >= 6);
    await page.mouse.move(5, 5);
    await until(async () => JSON.stringify(await numbers()) === JSON.stringify(latest));

    await chart.focus();
    await page.mouse.move(5, 5);
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowRight');
    await until(() =>
      page.evaluate(`document.querySelector('.cursor-time').textContent !== ${JSON.stringify(clock)}`),
    );
    assert.notEqual(await page.locator('.layer-business .legend-value').first().textContent(), atCursor);
    await page.keyboard.press('Escape');
    await until(() => page.evaluate(`document.querySelector('.cursor-time-set') === null`));
  });

  it('shows the cursor in charts that come while the pointer rests, and in none when the one under it goes', async () => {
    const { page } = await open(shopContent(Date.now()), '/?refresh=0');
    await page.getByRole('region', { name: 'Shop signups' }).last().locator('.chart canvas').waitFor();
    await page.waitForLoadState('networkidle');
    const ownLines = () =>
      page.evaluate<number>(`document.querySelectorAll('.u-cursor-x:not(.u-off)').length`);
    assert.equal(await ownLines(), 0, 'no line of its own before anybody points');
    await charts(page)
      .first()
      .hover({ position: { x: 200, y: 60 } });
    await until(() => page.evaluate(`document.querySelector('.cursor-time-set') !== null`));
    // Other colours make every chart anew; by script, because a click by the mouse would take the pointer along.
    const canvas = await charts(page).first().locator('canvas').elementHandle();
    await page.evaluate(`document.querySelector('[aria-label="Switch to dark colours"]').click()`);
    await until(async () => !(await canvas?.evaluate((element) => element.isConnected)));
    await until(async () => {
      const lefts = await cursorLefts(page);
      return lefts.length >= 6 && lefts.every((left) => Math.abs(left - (lefts[0] ?? 0)) <= 2 && left > 0);
    });
    assert.ok((await ownLines()) <= 1);
    await page.evaluate(`document.querySelector('.page-nav a[href^="/explore"]').click()`);
    await until(() => page.evaluate(`document.querySelector('.cursor-time-set') === null`));
  });

  it('zooms all charts by dragging over one, and back by a double click or the Back button', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?last=1h&refresh=0');
    const chart = charts(page).first();
    await chart.locator('canvas').waitFor();
    const box = await chart.boundingBox();
    assert.ok(box);
    const drag = async () => {
      await page.mouse.move(box.x + 150, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + 190, box.y + 62, { steps: 4 });
      await page.mouse.move(box.x + 250, box.y + 65, { steps: 4 });
      await page.mouse.up();
    };
    stage.aggregator.requests.length = 0;
    await drag();
    await page.waitForURL(/from=.*to=/);
    const shown = new URL(page.url()).searchParams;
    const span = (Date.parse(shown.get('to') ?? '') - Date.parse(shown.get('from') ?? '')) / 1000;
    assert.ok(span > 600 && span < 2400, `${span} s of an hour`);
    const starts = () =>
      stage.aggregator.requests
        .filter((line) => line.includes('query_range'))
        .map((line) => /start=(\d+)/.exec(line)?.[1]);
    await until(async () => starts().length > 5);
    assert.equal(new Set(starts()).size, 1, `one window for all: ${[...new Set(starts())]}`);

    await chart.dblclick({ position: { x: 200, y: 60 } });
    await page.waitForURL((url) => !url.searchParams.has('from'));
    await drag();
    await page.waitForURL(/from=/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });

  it('asks for nothing while its tab is hidden', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?refresh=5');
    await charts(page).first().waitFor();
    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      window.dispatchEvent(new Event('visibilitychange'));
    `);
    await page.waitForLoadState('networkidle');
    stage.aggregator.requests.length = 0;
    stage.alerting.requests.length = 0;
    await page.clock.fastForward(60_000);
    assert.deepEqual([...stage.aggregator.requests, ...stage.alerting.requests], []);

    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { get: () => false });
      Object.defineProperty(document, 'visibilityState', { get: () => 'visible' });
      document.dispatchEvent(new Event('visibilitychange'));
      window.dispatchEvent(new Event('visibilitychange'));
    `);
    await until(async () => stage.aggregator.requests.length > 0 && stage.alerting.requests.length > 0);
  });

  it('tells what else moved in an interval that is dragged over with Shift, and a link shows it again', async () => {
    const content = shopContent(Date.now());
    const { page } = await open(content, '/?last=1h&refresh=0');
    const chart = charts(page).first();
    await chart.locator('canvas').waitFor();
    const box = await chart.boundingBox();
    assert.ok(box);
    await page.keyboard.down('Shift');
    await page.mouse.move(box.x + 150, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 62, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.waitForURL(/moved=\d+-\d+/);
    assert.ok(!new URL(page.url()).searchParams.has('from'), 'no zoom');
    const section = page.getByRole('region', { name: 'What else moved' });
    await section.getByText(/lines looked at/).waitFor();
    const [, from, to] = /moved=(\d+)-(\d+)/.exec(page.url()) ?? [];
    content.jump = [Number(from), Number(to)];
    await page.reload();
    await section.getByRole('listitem').first().waitFor();
    // Of several layers, once all panels are known.
    const layers = () => section.locator('.moved-layer').allTextContents();
    await until(async () => new Set(await layers()).size >= 2);
    const scores = (await section.locator('li > .quiet').allTextContents()).map((text) =>
      Number.parseFloat(text),
    );
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    await section.getByRole('button', { name: 'Zoom there' }).click();
    await page.waitForURL(/from=/);
  });

  it('goes on with new points as they are streamed, without asking again; not in a hidden tab', async () => {
    const content = { ...shopContent(Date.now()), live: true };
    const { page, stage } = await open(content, '/explore?expr=vector(1)');
    await page.locator('.chart canvas').waitFor();
    const asked = (path: string) => stage.aggregator.requests.filter((line) => line.includes(path)).length;
    await until(async () => {
      await page.clock.runFor(600);
      return asked('query_live') > 0;
    });
    const ranges = asked('query_range?query=vector');
    await until(async () => (await page.locator('.legend-value').allTextContents()).includes('424K'));
    assert.equal(asked('query_range?query=vector'), ranges, 'the stream is enough');

    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
    const lives = asked('query_live');
    await page.clock.runFor(30_000);
    assert.equal(asked('query_live'), lives);
  });
});
