import type { Host } from '@tocsin/runtime/host.ts';
import { limits } from '../limits.ts';
import { type Collector, counter, gauge } from './collector.ts';

const RECEIVED = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'];
const SENT = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'];
/** The columns of /proc/net/dev in their order. */
const COLUMNS = [
  ...RECEIVED.map((field) =>
    counter(`node_network_receive_${field}_total`, `Network device statistic receive_${field}.`),
  ),
  ...SENT.map((field) =>
    counter(`node_network_transmit_${field}_total`, `Network device statistic transmit_${field}.`),
  ),
];
const UP = gauge('node_network_up', 'Value is 1 if operstate is up, 0 otherwise.');
const MTU = gauge('node_network_mtu_bytes', 'Network device property: mtu_bytes.');
const SPEED = gauge('node_network_speed_bytes', 'Network device property: speed_bytes.');
// One end of a container's cable: as many as there were containers.
const IGNORED = /^veth/;

export function createNetworkCollector(host: Host): Collector {
  return {
    name: 'netdev',
    collect(emit) {
      let interfaces = 0;
      for (const line of (host.readText('/proc/net/dev') ?? '').split('\n')) {
        const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
        const device = match?.[1];
        if (!match || !device || IGNORED.test(device) || ++interfaces > limits.networkInterfacesMax) continue;
        const columns = match[2]!.trim().split(/\s+/);
        COLUMNS.forEach((metric, i) => {
          const value = columns[i];
          if (value !== undefined) emit(metric, Number(value), { device });
        });
        const folder = `/sys/class/net/${device}`;
        const state = host.readText(`${folder}/operstate`);
        if (state !== null) emit(UP, state.trim() === 'up' ? 1 : 0, { device });
        const mtu = Number(host.readText(`${folder}/mtu`) ?? Number.NaN);
        if (mtu > 0) emit(MTU, mtu, { device });
        // In Mbit/s; -1 when it has none.
        const speed = Number(host.readText(`${folder}/speed`) ?? Number.NaN);
        if (speed > 0) emit(SPEED, (speed * 1e6) / 8, { device });
      }
    },
  };
}
