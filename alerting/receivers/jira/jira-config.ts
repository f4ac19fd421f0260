import type { HttpConfig } from '../http-config-schema.ts';
import type { JiraSource } from './jira-schema.ts';

/** An entry of jira_configs with the global settings merged in. */
export interface JiraConfig {
  readonly kind: 'jira';
  readonly sendResolved: boolean;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly http: HttpConfig | null;
  readonly issue: JiraSource;
}
