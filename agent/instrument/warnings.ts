import { limits } from '../limits.ts';

/** Says each thing once, and no more than a few in all: a library that floods its host's output hurts it. */
export function createWarnings(say: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message) || said.size >= limits.warningsMax) return;
    said.add(message);
    say(said.size === limits.warningsMax ? `${message} (further warnings are left out)` : message);
  };
}
