import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { after, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { sendWith } from '../testing/provider.case.ts';
import { createRoutingFolder } from '../testing/routing-file.ts';
import { sampleNotification } from '../testing/sample-notification.ts';
import { TEST_CERTIFICATE } from '../testing/test-certificate.ts';

let clientCertificates = 0;
const server = createServer(
  { ...TEST_CERTIFICATE, requestCert: true, rejectUnauthorized: false, maxVersion: 'TLSv1.2' },
  (request, response) => {
    const socket = request.socket as TLSSocket;
    if (Object.keys(socket.getPeerCertificate()).length > 0) clientCertificates++;
    request.resume().on('end', () => response.end('ok'));
  },
);
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;
const http = createHttpClient();
const folder = createRoutingFolder(http);
folder.write('ca.pem', TEST_CERTIFICATE.cert);
folder.write('key.pem', TEST_CERTIFICATE.key);
after(() => {
  http.close();
  folder.remove();
  server.closeAllConnections();
  server.close();
});

async function send(tls: string): Promise<string> {
  const entry = `webhook_configs: [{ url: 'https://127.0.0.1:${port}', http_config: { tls_config: ${tls} } }]`;
  const [integration] = await folder.load(entry);
  return await sendWith(integration!, sampleNotification());
}

describe('tls_config of http_config', () => {
  it('says whom to trust: nobody unknown, an authority of its own, anybody', async () => {
    await assert.rejects(send('{}'), /self-signed certificate/);
    assert.equal(await send('{ ca_file: ca.pem }'), '200 ok');
    assert.equal(await send('{ insecure_skip_verify: true }'), '200 ok');
    // A connection that somebody trusted is nobody else's.
    await assert.rejects(send('{}'), /self-signed certificate/);
    assert.equal(await send('{ ca_file: ca.pem, server_name: tocsin.test }'), '200 ok');
    await assert.rejects(send('{ ca_file: ca.pem, server_name: other.test }'), /altnames/);
  });

  it('shows a certificate of its own and keeps to versions', async () => {
    assert.equal(clientCertificates, 0);
    await send('{ ca_file: ca.pem, cert_file: ca.pem, key_file: key.pem }');
    assert.equal(clientCertificates, 1);
    await assert.rejects(send('{ ca_file: ca.pem, min_version: TLS13 }'), /version|alert/i);
    await assert.rejects(send('{ ca_file: missing.pem }'), /missing\.pem: cannot be read/);
  });

  it('is refused when it contradicts itself', async () => {
    await assert.rejects(send('{ cert_file: ca.pem }'), /:5: .*takes both cert and key/);
    await assert.rejects(send('{ ca: x, ca_file: ca.pem }'), /:5: .*set one of ca and ca_file/);
  });
});
