import { createIntegration, type IntegrationDeps } from '../receivers/create-integration.ts';
import type { Integration } from '../receivers/integration.ts';
import type { Routing } from '../routing/routing.ts';

export interface NamedIntegration {
  /** `email[0]`: the same for the same place in the routing file. */
  readonly name: string;
  readonly integration: Integration;
}

export type ReceiversInUse = ReadonlyMap<string, readonly NamedIntegration[]>;

/** The integrations of all receivers, each named by its kind and its place among that kind. */
export function createReceivers(routing: Routing, deps: IntegrationDeps): ReceiversInUse {
  const receivers = new Map<string, readonly NamedIntegration[]>();
  for (const receiver of routing.receivers.values()) {
    const counts = new Map<string, number>();
    const named = receiver.integrations.map((config): NamedIntegration => {
      const index = counts.get(config.kind) ?? 0;
      counts.set(config.kind, index + 1);
      return {
        name: `${config.kind}[${index}]`,
        integration: createIntegration(config, routing.templates, deps),
      };
    });
    receivers.set(receiver.name, named);
  }
  return receivers;
}
