import type { Host } from '@tocsin/runtime/host.ts';
import { limits } from '../limits.ts';
import { type Collector, counter, gauge, type Metric } from './collector.ts';

const SECTOR_BYTES = 512;
const MS = 1 / 1_000;
/** The columns of /proc/diskstats after major, minor and name (kernel: admin-guide/iostats), with their factor. */
const COLUMNS: readonly (readonly [Metric, number])[] = [
  [counter('node_disk_reads_completed_total', 'The total number of reads completed successfully.'), 1],
  [counter('node_disk_reads_merged_total', 'The total number of reads merged.'), 1],
  [counter('node_disk_read_bytes_total', 'The total number of bytes read successfully.'), SECTOR_BYTES],
  [counter('node_disk_read_time_seconds_total', 'The total number of seconds spent by all reads.'), MS],
  [counter('node_disk_writes_completed_total', 'The total number of writes completed successfully.'), 1],
  [counter('node_disk_writes_merged_total', 'The number of writes merged.'), 1],
  [counter('node_disk_written_bytes_total', 'The total number of bytes written successfully.'), SECTOR_BYTES],
  [counter('node_disk_write_time_seconds_total', 'The total number of seconds spent by all writes.'), MS],
  [gauge('node_disk_io_now', 'The number of I/Os currently in progress.'), 1],
  [counter('node_disk_io_time_seconds_total', 'Total seconds spent doing I/Os.'), MS],
  [
    counter('node_disk_io_time_weighted_seconds_total', 'The weighted number of seconds spent doing I/Os.'),
    MS,
  ],
  [counter('node_disk_discards_completed_total', 'The total number of discards completed successfully.'), 1],
  [counter('node_disk_discards_merged_total', 'The total number of discards merged.'), 1],
  [counter('node_disk_discarded_sectors_total', 'The total number of sectors discarded successfully.'), 1],
  [counter('node_disk_discard_time_seconds_total', 'The total number of seconds spent by all discards.'), MS],
  [
    counter('node_disk_flush_requests_total', 'The total number of flush requests completed successfully.'),
    1,
  ],
  [
    counter(
      'node_disk_flush_requests_time_seconds_total',
      'The total number of seconds spent by all flushes.',
    ),
    MS,
  ],
];
// Memory disks, loop devices, and partitions: what happens to a partition happens to its disk.
const IGNORED = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p|mmcblk\d+p)\d+$/;

export function createDiskCollector(host: Host): Collector {
  return {
    name: 'diskstats',
    collect(emit) {
      let disks = 0;
      for (const line of (host.readText('/proc/diskstats') ?? '').split('\n')) {
        const [, , device, ...columns] = line.trim().split(/\s+/);
        if (!device || IGNORED.test(device) || ++disks > limits.disksMax) continue;
        COLUMNS.forEach(([metric, factor], i) => {
          const value = columns[i];
          if (value !== undefined) emit(metric, Number(value) * factor, { device });
        });
      }
    },
  };
}
