import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { drawPanel } from '../panel/draw-panel.ts';
import type { Panel } from '../panel/panel.ts';
import { createRasterizer, RASTERIZER_FILES, type Rasterizer } from './rasterizer.ts';

const read = (url: string) => readFileSync(new URL(url));
const panel: Panel = {
  title: 'Errors 漢 🛒',
  subtitle: '<&>',
  fromMs: 0,
  toMs: 100,
  unit: { kind: 'ratio' },
  series: [{ name: 'שלום', timesMs: [0, 50, 100], values: [0.1, 0.9, 0.2] }],
  bands: [{ fromMs: 40, toMs: null, tone: 'firing', label: 'firing' }],
  thresholds: [],
  gapMs: null,
  emptyText: '',
};

/** Width, height and pixels of a PNG of 8 bits a channel with alpha. */
function decode(png: Uint8Array) {
  const bytes = Buffer.from(png);
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  return { width, height, rows: inflateSync(Buffer.concat(parts)) };
}

describe('rasterizing', () => {
  let rasterizer: Rasterizer;
  before(async () => {
    rasterizer = await createRasterizer({
      wasm: read(RASTERIZER_FILES.wasm),
      fonts: RASTERIZER_FILES.fonts.map(read),
    });
  });

  it('makes a PNG of the size asked for', () => {
    const { width, height, rows } = decode(rasterizer.png(drawPanel(panel, { width: 300, height: 200 }), 2));
    assert.deepEqual([width, height], [600, 400]);
    assert.equal(rows.length, height * (width * 4 + 1));
  });

  it('draws texts with the font that comes along, whatever the machine has', () => {
    const text = (content: string) =>
      rasterizer.png(
        `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text x="2" y="15">${content}</text></svg>`,
      );
    const nothing = text('');
    for (const content of ['a', 'é', 'Ж', 'ω', 'ש', 'م', '≥', '☠'])
      assert.notDeepEqual(text(content), nothing, content);
  });

  it('yields the same bytes on every machine', () => {
    const png = rasterizer.png(drawPanel(panel));
    assert.equal(
      createHash('sha256').update(png).digest('hex'),
      '3734ce614fb169be7a5232b2644973fb5bd3d5d03e826589d0b925f89ffc1c5f',
    );
  });

  it('refuses what is no SVG or too large, and works on', () => {
    assert.throws(() => rasterizer.png('<svg'));
    assert.throws(() => rasterizer.png(drawPanel(panel), 0), RangeError);
    assert.throws(() => rasterizer.png(drawPanel(panel), 1_000), /the limit is 16000000/);
    assert.ok(rasterizer.png(drawPanel(panel)).length > 1_000);
  });
});
