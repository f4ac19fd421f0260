import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { DiscordSource } from './discord-schema.ts';

/** An entry of discord_configs with the global settings merged in. */
export interface DiscordConfig {
  readonly kind: 'discord';
  readonly sendResolved: boolean;
  readonly url: Secret;
  readonly http: HttpConfig | null;
  readonly message: DiscordSource;
}
