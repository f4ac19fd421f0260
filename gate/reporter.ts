import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/**
 * Test results for a person in a hurry: nothing of what passed but the slow ones, everything of what failed, and
 * at the end the counts.
 */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const SLOW_MS = 5_000;
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message;
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { data } = event;
    const isSuite = data.details.type === 'suite';
    const file = data.file ? relative(process.cwd(), data.file) : '';
    if (event.type === 'test:fail') {
      // A suite fails because a test in it did; that one has been reported.
      const { error } = event.data.details;
      if (isSuite && 'failureType' in error && error.failureType === 'subtestsFailed') continue;
      failed++;
      const cause =
        error.cause instanceof Error
          ? (error.cause.stack ?? error.cause.message)
          : String(error.cause ?? error.message);
      yield `\nFAILED ${file}:${data.line ?? ''} ${data.name}\n${cause}\n`;
    } else if (!isSuite) {
      if (data.skip !== undefined) {
        skipped++;
        yield `skipped ${file} ${data.name}: ${String(data.skip)}\n`;
      } else passed++;
      if (data.details.duration_ms > SLOW_MS) {
        yield `slow ${(data.details.duration_ms / 1_000).toFixed(1)} s ${file} ${data.name}\n`;
      }
    }
  }
  yield `${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
