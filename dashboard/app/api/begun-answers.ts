/** Answers that were asked for before anybody needed them, by the address each would be asked for by. */
export interface BegunAnswers {
  /** `answer` rejects, or gives undefined, when the question has to be asked again. */
  begin(address: string, answer: Promise<unknown>): void;
  /** Whether an answer is there or on its way. */
  has(address: string): boolean;
  /** The answer when it has come; whoever takes it is the only one. */
  arrived(address: string): unknown;
  /** The answer, now or later; undefined when it was not begun, was taken, or has to be asked for again. */
  take(address: string): Promise<unknown>;
  /** Whether some are still on their way. */
  isWaiting(): boolean;
  /** Resolves when all that was begun has come. */
  settled(): Promise<void>;
  /** What nobody has taken by now nobody needs. */
  clear(): void;
}

interface Begun {
  readonly answer: Promise<unknown>;
  isSettled: boolean;
  value: unknown;
}

export function createBegunAnswers(): BegunAnswers {
  const begun = new Map<string, Begun>();
  return {
    begin(address, answer) {
      const one: Begun = { answer: answer.catch(() => undefined), isSettled: false, value: undefined };
      begun.set(address, one);
      void one.answer.then((value) => {
        one.value = value;
        one.isSettled = true;
      });
    },
    has: (address) => begun.has(address),
    arrived(address) {
      const value = begun.get(address)?.value;
      if (value !== undefined) begun.delete(address);
      return value;
    },
    async take(address) {
      const one = begun.get(address);
      begun.delete(address);
      return one?.answer;
    },
    isWaiting: () => [...begun.values()].some(({ isSettled }) => !isSettled),
    async settled() {
      await Promise.all([...begun.values()].map(({ answer }) => answer));
    },
    clear: () => begun.clear(),
  };
}

/** Those of this tab. */
export const begunAnswers = createBegunAnswers();
