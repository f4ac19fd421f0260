import type { Clock } from '@tocsin/runtime/clock.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';

const ASK_EVERY_MS = 50;
const ASK_TIMEOUT_MS = 1_000;

/**
 * Asks the part at `url` until it says that it can do its work: null then, or its last reason once `withinMs` are
 * over. A store that was killed with much in its journal takes seconds; it listens meanwhile.
 */
export async function untilReady(
  { clock, http }: { readonly clock: Clock; readonly http: HttpClient },
  url: string,
  withinMs: number,
): Promise<string | null> {
  const untilMs = clock.monotonic() + withinMs;
  for (;;) {
    const reason = await http
      .send({ method: 'GET', url: `${url}/-/ready`, timeoutMs: ASK_TIMEOUT_MS })
      .then((answer) => (answer.status === 200 ? null : answer.text().trim()))
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (reason === null || clock.monotonic() >= untilMs) return reason;
    await clock.sleep(ASK_EVERY_MS);
  }
}
