import { stringify } from 'yaml';

/** What a person says of an alert to be. */
export interface AlertDraft {
  readonly name: string;
  readonly expr: string;
  /** A duration as rule files write it: `5m`. */
  readonly forText: string;
  readonly severity: string;
  readonly summary: string;
}

/** One group as the ruler API takes it, and rule files hold it. */
export function alertGroup({ name, expr, forText, severity, summary }: AlertDraft) {
  return {
    name: 'from-the-page',
    rules: [
      {
        alert: name,
        expr,
        ...(forText === '' || forText === '0s' ? {} : { for: forText }),
        labels: { severity },
        ...(summary === '' ? {} : { annotations: { summary } }),
      },
    ],
  };
}

/** The draft as a rule file. */
export const alertRuleYaml = (draft: AlertDraft): string =>
  stringify({ groups: [alertGroup(draft)] }, { lineWidth: 0 });
