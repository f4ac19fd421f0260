/** A label matcher as PromQL, LogQL, Alertmanager and retention policies write it. */
export interface Matcher {
  readonly kind: '=' | '!=' | '=~' | '!~';
  readonly name: string;
  /** For `=~` and `!~` an RE2 expression, anchored at both ends when it is matched. */
  readonly value: string;
}
