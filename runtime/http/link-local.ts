import { BlockList, isIP } from 'node:net';

const BLOCKED = new BlockList();
// RFC 3927 and RFC 4291; most clouds answer with credentials at 169.254.169.254.
BLOCKED.addSubnet('169.254.0.0', 16, 'ipv4');
BLOCKED.addSubnet('fe80::', 10, 'ipv6');
// The same behind a NAT64 gateway (RFC 6052).
BLOCKED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// Instance metadata elsewhere: Amazon over IPv6, Alibaba, Oracle, Azure's wire server.
BLOCKED.addAddress('fd00:ec2::254', 'ipv6');
BLOCKED.addAddress('100.100.100.200', 'ipv4');
BLOCKED.addAddress('192.0.0.192', 'ipv4');
BLOCKED.addAddress('168.63.129.16', 'ipv4');

const METADATA_HOSTS = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Whether an IP address, or a host name known for it, is link-local or a cloud's metadata service. */
export function isLinkLocal(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');
  const family = isIP(bare);
  if (family === 0) return METADATA_HOSTS.has(bare);
  return BLOCKED.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}
