/** One link of the chain from samples to a provider's answer. */
export interface WhyStep {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly stage: 'evaluation' | 'received' | 'inhibited' | 'silenced' | 'muted' | 'decision' | 'attempt';
  /** For a person: what happened, and for which reason. */
  readonly text: string;
  /** What the step was about, by kind: the expression and its value, the group, the message, the answer. */
  readonly detail: Readonly<Record<string, unknown>>;
}
