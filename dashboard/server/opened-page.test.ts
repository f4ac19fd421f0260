import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openedPage } from './opened-page.ts';

const html = '<html><head><title>T</title><script src="/a.js"></script></head></html>';

test('what is written into the page comes back, and nothing in it ends its element', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom('</script>', '<!--', "$'", '$&', '$`', '<script>', '\u2028', '</SCRIPT '),
  );
  fc.assert(
    fc.property(fc.array(hostile), (texts) => {
      const page = openedPage(html, '/assets/begin.js', { texts });
      const parts =
        /^(.*?<\/title>\s*)<script type="application\/json" id="opened">(.*?)<\/script>(.*)$/is.exec(page);
      assert.ok(parts);
      assert.deepEqual(JSON.parse(parts[2]!), { texts });
      assert.match(
        parts[3]!,
        /^\s*<script type="module" async crossorigin fetchpriority="high" src="\/assets\/begin.js"><\/script><script src="\/a.js"><\/script><\/head><\/html>$/,
      );
    }),
  );
});

test('a build without the first script has only what is told', () => {
  assert.equal(
    openedPage(html, undefined, null),
    '<html><head><title>T</title>\n    <script type="application/json" id="opened">null</script><script src="/a.js"></script></head></html>',
  );
});
