import { systemClock } from '@tocsin/runtime/clock.ts';
import { systemHost } from '@tocsin/runtime/host.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { destination } from 'pino';
import { type AgentOptions, resolveOptions } from './instrument/agent-options.ts';
import { createExitHooks } from './instrument/exit.ts';
import { type Agent, createServiceAgent } from './instrument/service-agent.ts';
import { createActiveSpan } from './instrument/trace-context.ts';
import { createWarnings } from './instrument/warnings.ts';
import { version } from './version.ts';

export type { AgentOptions } from './instrument/agent-options.ts';
export type { Middleware } from './instrument/express-middleware.ts';
export type { Layer } from './instrument/layer.ts';
export type { LineStream } from './instrument/log-shipper.ts';
export type { PinoKeys } from './instrument/pino-record.ts';
export type { MetricsSource } from './instrument/registry-reader.ts';
export type { Agent } from './instrument/service-agent.ts';

// One for all agents of the process: whether anybody else listens for a signal can only be told from all.
const onExit = createExitHooks(process);

/**
 * Measures this service and sends metrics and logs to Tocsin. It never throws into the service, keeps no more
 * than a bounded recent past while Tocsin is away, and does not keep the process alive.
 */
export function createAgent(options: AgentOptions): Agent {
  const warn = createWarnings((message) => process.emitWarning(message, 'TocsinWarning'));
  const hostName = systemHost.name();
  const resolved = resolveOptions(options, process.env, { host: hostName, pid: process.pid }, warn);
  return createServiceAgent(
    {
      clock: systemClock,
      random: systemRandom,
      client: createHttpClient({ token: resolved.token, background: true }),
      activeSpan: createActiveSpan(),
      hostName,
      version,
      standardOutput: () => destination({ dest: 1, sync: true }),
      warn,
      onExit,
    },
    resolved,
  );
}
