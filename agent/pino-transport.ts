import { Writable } from 'node:stream';
import { type AgentOptions, createAgent } from './library.ts';

/**
 * For `pino.transport({ target, options: { service } })`: runs in pino's worker thread, so that encoding and
 * sending take nothing from the service's own thread. Sends logs, and what it counts of itself.
 */
export default function pinoTransport(options: AgentOptions): Writable {
  const agent = createAgent({ ...options, defaultMetrics: false });
  // The service's own thread has an agent too; what this one counts must not be taken for what that one does.
  agent.registry.setDefaultLabels({ thread: 'logs' });
  const lines = agent.pinoStream();
  let partial = '';
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const parts = (partial + String(chunk)).split('\n');
      partial = parts.pop() ?? '';
      for (const line of parts) if (line !== '') lines.write(line);
      done();
    },
    final(done) {
      if (partial !== '') lines.write(partial);
      agent.shutdown().then(() => done(), done);
    },
  });
}
