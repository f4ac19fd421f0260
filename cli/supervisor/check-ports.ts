import { createServer } from 'node:net';
import { formatListenAddress, type ListenAddress } from '@tocsin/runtime/listen-address.ts';

/** Rejects when one of the addresses cannot be listened on, before anything is started or written. */
export async function checkPorts(
  addresses: readonly { readonly name: string; readonly address: ListenAddress }[],
): Promise<void> {
  for (const { name, address } of addresses) {
    await new Promise<void>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', (error: NodeJS.ErrnoException) => {
        const where = formatListenAddress(address);
        const advice =
          error.code === 'EADDRINUSE'
            ? `another process is using it. Stop that one (another tocsin?), or set listen.${name} in tocsin.yaml`
            : error.message;
        reject(new Error(`Cannot listen on ${where} for ${name}: ${advice}`));
      });
      probe.listen(address.port, address.host, () => probe.close(() => resolve()));
    });
  }
}
