import { plainNumber, type Unit } from '@tocsin/chart/units/unit.ts';
import type { CuratedPanel } from './panel.ts';

const ratio: Unit = { kind: 'ratio' };
const bytes: Unit = { kind: 'bytes' };
const bytesPerSecond: Unit = { kind: 'bytes', per: 's' };

// File systems that are no storage: memory, images, kernel views.
const realDisks =
  'fstype!~"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|autofs|proc|sysfs|cgroup2?|nsfs|fuse.*"';

const requests = 'http_request_duration_seconds_count';
const requestBuckets = 'http_request_duration_seconds_bucket';

/**
 * The panels shipped for metrics everybody has: the host's, under node_exporter's names, the processes' and
 * Tocsin's own. Shown when what they need is stored. Discovery draws the rest.
 */
export const curatedPanels: readonly CuratedPanel[] = [
  {
    id: 'requests',
    layer: 'usage',
    title: 'Requests by status',
    help: 'HTTP requests answered a second, by status code. 499: the client went away first.',
    unit: { kind: 'number', per: 's' },
    draw: 'stacked',
    needs: [requests],
    queries: [{ expr: `sum by (status) (rate(${requests}[$window]))`, legend: '{{status}}' }],
  },
  {
    id: 'request-errors',
    layer: 'usage',
    title: 'Failed requests',
    help: 'Share of the HTTP requests answered with a server error (5xx).',
    unit: ratio,
    draw: 'lines',
    needs: [requests],
    queries: [
      {
        expr: `(sum(rate(${requests}{status=~"5.."}[$window])) or 0 * sum(rate(${requests}[$window]))) / sum(rate(${requests}[$window]))`,
        legend: 'error',
      },
    ],
  },
  {
    id: 'request-time',
    layer: 'usage',
    title: 'Time to answer',
    help: 'Half of the HTTP requests are answered within p50, all but one in a hundred within p99.',
    unit: { kind: 'seconds' },
    draw: 'lines',
    needs: [requestBuckets],
    covers: ['http_request_duration_seconds_sum'],
    queries: [0.5, 0.95, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (rate(${requestBuckets}[$window])))`,
      legend: `p${quantile * 100}`,
    })),
  },
  {
    id: 'request-time-by-route',
    layer: 'usage',
    title: 'Time to answer by route',
    help: 'The 95th percentile of each route.',
    unit: { kind: 'seconds' },
    draw: 'lines',
    needs: [requestBuckets],
    queries: [
      {
        expr: `histogram_quantile(0.95, sum by (le, route) (rate(${requestBuckets}[$window])))`,
        legend: '{{route}}',
      },
    ],
  },
  {
    id: 'cpu-now',
    layer: 'system',
    title: 'CPU',
    help: 'Share of all processors’ time spent working; the busiest host.',
    unit: ratio,
    draw: 'gauge',
    max: 1,
    needs: ['node_cpu_seconds_total'],
    queries: [
      {
        expr: 'max(1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$window])))',
        legend: 'busy',
      },
    ],
  },
  {
    id: 'memory-now',
    layer: 'system',
    title: 'Memory',
    help: 'Share of memory that programs could not have; the fullest host.',
    unit: ratio,
    draw: 'gauge',
    max: 1,
    needs: ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
    queries: [
      { expr: 'max(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)', legend: 'used' },
    ],
  },
  {
    id: 'disk-now',
    layer: 'system',
    title: 'Fullest disk',
    help: 'Share of the fullest file system’s space that is used.',
    unit: ratio,
    draw: 'gauge',
    max: 1,
    needs: ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'],
    queries: [
      {
        expr: `max(1 - node_filesystem_avail_bytes{${realDisks}} / node_filesystem_size_bytes{${realDisks}})`,
        legend: 'used',
      },
    ],
  },
  {
    id: 'load-now',
    layer: 'system',
    title: 'Load per CPU',
    help: 'Programs that want to run, per processor; above 1 they queue. The most loaded host.',
    unit: ratio,
    draw: 'gauge',
    max: 1,
    needs: ['node_load1', 'node_cpu_seconds_total'],
    queries: [
      {
        expr: 'max(sum by (instance) (node_load1) / count by (instance) (count by (instance, cpu) (node_cpu_seconds_total)))',
        legend: 'load',
      },
    ],
  },
  {
    id: 'cpu',
    layer: 'system',
    title: 'CPU time by kind',
    help: 'Share of all processors’ time by what they did; idle time is left out.',
    unit: ratio,
    draw: 'stacked',
    max: 1,
    needs: ['node_cpu_seconds_total'],
    queries: [
      { expr: 'avg by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[$window]))', legend: '{{mode}}' },
    ],
  },
  {
    id: 'memory',
    layer: 'system',
    title: 'Memory',
    help: 'Used is what programs hold; cached is given back when they need it.',
    unit: bytes,
    draw: 'lines',
    needs: ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
    covers: ['node_memory_MemFree_bytes', 'node_memory_Buffers_bytes', 'node_memory_Cached_bytes'],
    queries: [
      { expr: 'sum(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)', legend: 'used' },
      { expr: 'sum(node_memory_Cached_bytes)', legend: 'cached' },
      { expr: 'sum(node_memory_MemTotal_bytes)', legend: 'all' },
    ],
  },
  {
    id: 'load',
    layer: 'system',
    title: 'Load',
    help: 'Programs that run or want to, averaged over 1, 5 and 15 minutes.',
    unit: plainNumber,
    draw: 'lines',
    needs: ['node_load1'],
    covers: ['node_load5', 'node_load15'],
    queries: [
      { expr: 'sum(node_load1)', legend: '1 min' },
      { expr: 'sum(node_load5)', legend: '5 min' },
      { expr: 'sum(node_load15)', legend: '15 min' },
    ],
  },
  {
    id: 'network',
    layer: 'system',
    title: 'Network',
    help: 'Bytes received and sent, the loopback device left out.',
    unit: bytesPerSecond,
    draw: 'lines',
    needs: ['node_network_receive_bytes_total', 'node_network_transmit_bytes_total'],
    queries: [
      { expr: 'sum(rate(node_network_receive_bytes_total{device!="lo"}[$window]))', legend: 'received' },
      { expr: 'sum(rate(node_network_transmit_bytes_total{device!="lo"}[$window]))', legend: 'sent' },
    ],
  },
  {
    id: 'disk-throughput',
    layer: 'system',
    title: 'Disk throughput',
    help: 'Bytes read from and written to disks.',
    unit: bytesPerSecond,
    draw: 'lines',
    needs: ['node_disk_read_bytes_total', 'node_disk_written_bytes_total'],
    queries: [
      { expr: 'sum(rate(node_disk_read_bytes_total[$window]))', legend: 'read' },
      { expr: 'sum(rate(node_disk_written_bytes_total[$window]))', legend: 'written' },
    ],
  },
  {
    id: 'disk-busy',
    layer: 'system',
    title: 'Disk busy',
    help: 'Share of the time with at least one request under way.',
    unit: ratio,
    draw: 'lines',
    needs: ['node_disk_io_time_seconds_total'],
    queries: [
      { expr: 'max by (device) (rate(node_disk_io_time_seconds_total[$window]))', legend: '{{device}}' },
    ],
  },
  {
    id: 'filesystems',
    layer: 'system',
    title: 'File systems',
    help: 'Share of the space that is used.',
    unit: ratio,
    draw: 'lines',
    max: 1,
    needs: ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'],
    covers: ['node_filesystem_free_bytes'],
    queries: [
      {
        expr: `max by (mountpoint) (1 - node_filesystem_avail_bytes{${realDisks}} / node_filesystem_size_bytes{${realDisks}})`,
        legend: '{{mountpoint}}',
      },
    ],
  },
  {
    id: 'pressure',
    layer: 'system',
    title: 'Waiting for',
    help: 'Share of the time in which something had to wait for a processor, a disk or memory (pressure stall information).',
    unit: ratio,
    draw: 'lines',
    needs: ['node_pressure_cpu_waiting_seconds_total', 'node_pressure_io_waiting_seconds_total'],
    covers: ['node_pressure_memory_waiting_seconds_total'],
    queries: [
      { expr: 'max(rate(node_pressure_cpu_waiting_seconds_total[$window]))', legend: 'processor' },
      { expr: 'max(rate(node_pressure_io_waiting_seconds_total[$window]))', legend: 'disk' },
      { expr: 'max(rate(node_pressure_memory_waiting_seconds_total[$window]))', legend: 'memory' },
    ],
  },
  {
    id: 'programs-cpu',
    layer: 'system',
    title: 'Busiest programs',
    help: 'Processor time by program, at each moment the five with the most; 100% is one processor.',
    unit: ratio,
    draw: 'lines',
    needs: ['namedprocess_namegroup_cpu_seconds_total'],
    queries: [
      {
        expr: 'topk(5, sum by (groupname) (rate(namedprocess_namegroup_cpu_seconds_total[$window])))',
        legend: '{{groupname}}',
      },
    ],
  },
  {
    id: 'programs-memory',
    layer: 'system',
    title: 'Largest programs',
    help: 'Resident memory by program, at each moment the five with the most.',
    unit: bytes,
    draw: 'lines',
    needs: ['namedprocess_namegroup_memory_bytes'],
    queries: [
      {
        expr: 'topk(5, sum by (groupname) (namedprocess_namegroup_memory_bytes{memtype="resident"}))',
        legend: '{{groupname}}',
      },
    ],
  },
  {
    id: 'process-cpu',
    layer: 'system',
    title: 'CPU by service',
    help: 'Processor time per second; 100% is one processor.',
    unit: ratio,
    draw: 'lines',
    needs: ['process_cpu_seconds_total'],
    covers: ['process_cpu_user_seconds_total', 'process_cpu_system_seconds_total'],
    queries: [
      { expr: 'sum by (job, part) (rate(process_cpu_seconds_total[$window]))', legend: '{{job}} {{part}}' },
    ],
  },
  {
    id: 'process-memory',
    layer: 'system',
    title: 'Memory by service',
    help: 'Resident memory.',
    unit: bytes,
    draw: 'lines',
    needs: ['process_resident_memory_bytes'],
    queries: [{ expr: 'sum by (job, part) (process_resident_memory_bytes)', legend: '{{job}} {{part}}' }],
  },
  {
    id: 'event-loop',
    layer: 'system',
    title: 'Event loop delay',
    help: 'How late Node.js gets to what is due, 99th percentile; the slowest process of each service.',
    unit: { kind: 'seconds' },
    draw: 'lines',
    needs: ['nodejs_eventloop_lag_p99_seconds'],
    queries: [{ expr: 'max by (job, part) (nodejs_eventloop_lag_p99_seconds)', legend: '{{job}} {{part}}' }],
  },
  {
    id: 'tocsin-requests',
    layer: 'system',
    title: 'Tocsin’s requests',
    help: 'HTTP requests answered by Tocsin’s own parts.',
    unit: { kind: 'number', per: 's' },
    draw: 'lines',
    needs: ['tocsin_http_requests_total'],
    queries: [{ expr: 'sum by (part) (rate(tocsin_http_requests_total[$window]))', legend: '{{part}}' }],
  },
];
