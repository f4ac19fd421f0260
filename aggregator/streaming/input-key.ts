import type { Labels } from '@tocsin/protocol/labels/labels.ts';

/**
 * What a rule aggregates is a series of its own, of the owner that has the rule's group: the input's labels and this one,
 * which holds the rule's id. No sender may use the name, and it stands in front of all others.
 */
export const RULE_LABEL = '\0rule';

// A label's tag, its length, the name's tag and length, the name.
const NAME_BYTES = new TextEncoder().encode(RULE_LABEL);
const NAME_AT = 4;

export function inputKeyLabels(rule: string, labels: Labels): Labels {
  return [RULE_LABEL, rule, ...labels];
}

/** True for the canonical label bytes of an input. Ids are short, so that the label's length takes one byte. */
export function isInputKey(key: Uint8Array): boolean {
  if (key.length < NAME_AT + NAME_BYTES.length) return false;
  for (let i = 0; i < NAME_BYTES.length; i++) if (key[NAME_AT + i] !== NAME_BYTES[i]) return false;
  return true;
}

/** The rule's id when the labels are those of an input; null for others. */
export function ruleOf(labels: Labels): string | null {
  return labels[0] === RULE_LABEL ? labels[1]! : null;
}

/** The labels as they were before a rule took them for its own. */
export function withoutRule(labels: Labels): Labels {
  return labels[0] === RULE_LABEL ? labels.slice(2) : labels;
}

/** False for names that senders may not use. */
export function isFreeLabelName(name: string): boolean {
  return name.charCodeAt(0) !== 0;
}
