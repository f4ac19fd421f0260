/** The part of `process` that tells a program it is about to end. */
export interface ExitSource {
  on(event: 'beforeExit' | 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  removeListener(event: 'beforeExit' | 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  listenerCount(event: 'SIGTERM' | 'SIGINT'): number;
  kill(pid: number, signal: 'SIGTERM' | 'SIGINT'): unknown;
  readonly pid: number;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs what is registered when the program has nothing left to do, or is told to end. A listener for a signal
 * takes away its default effect, which is to end the program; so when nobody else listens, the program is ended
 * by the same signal once the work is done. When somebody does, ending is left to them.
 */
export function createExitHooks(source: ExitSource): (action: () => Promise<void>) => () => void {
  const actions = new Set<() => Promise<void>>();
  const runAll = async (): Promise<void> => {
    await Promise.allSettled([...actions].map((action) => action()));
  };
  const onBeforeExit = (): void => void runAll();
  const onSignal = SIGNALS.map((signal) => () => {
    const alone = source.listenerCount(signal) === 1;
    void runAll().then(() => {
      if (!alone) return;
      stopListening();
      source.kill(source.pid, signal);
    });
  });
  const stopListening = (): void => {
    source.removeListener('beforeExit', onBeforeExit);
    for (const [i, signal] of SIGNALS.entries()) source.removeListener(signal, onSignal[i]!);
  };
  const listen = (): void => {
    source.on('beforeExit', onBeforeExit);
    for (const [i, signal] of SIGNALS.entries()) source.on(signal, onSignal[i]!);
  };
  return (action) => {
    if (actions.size === 0) listen();
    actions.add(action);
    return () => {
      if (actions.delete(action) && actions.size === 0) stopListening();
    };
  };
}
