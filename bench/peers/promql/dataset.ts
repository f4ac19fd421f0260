import { writeStale } from '@tocsin/protocol/series/stale.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import { parseSeriesNotation } from '@tocsin/protocol/series-notation/series-notation.ts';

/** When the first sample was taken; odd, so that no window of a whole minute begins at a sample by itself. */
export const START_SECONDS = 1_700_000_010;
export const INTERVAL_SECONDS = 30;
/** Prometheus takes samples up to an hour older than its newest. */
export const STEPS = 80;

const LINES = String.raw`
up{job="api",instance="a"} 1x79
up{job="api",instance="b"} 1x20 stale _x8 0x10 1x38
up{job="db",instance="c"} _x9 1x9 _x15 1 _ 1 _ 1 _ _ 1 stale 1x30
up{job="db",instance="d"} 0x10 NaN 1 Inf -Inf -0 1x10 stale stale _ 1x40
gauge{job="api",instance="a",g="1"} 0+1x39 40-1x39
gauge{job="api",instance="b",g="1"} -20+0.5x79
gauge{job="api",instance="c",g="2"} 1e300 -1e300 1e-300 5e-324 1.7976931348623157e308 0.1 0.2 0.3 1e21 1e20 123456789.125 1e-7 1e-6 _x5 3x20 NaNx10 4x20
gauge{job="db",instance="a",g="2"} 0x5 -0x5 Inf -Inf NaN 2 -2 0.5 -0.5 1.5 2.5 -1.5 -2.5 7x60
gauge{job="db",instance="e"} 3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4 6 2 6 4 3 3 8 3 2 7 9 5 0 2 8 8 4 1 9 7 1 6 9 3 9 9 3 7 5 1
constant{job="api"} 5x79
constant{job="db"} 5x79
constant{job="cache"} -5x79
single{job="api",instance="a"} _x40 42
inf{sign="+"} Infx79
inf{sign="-"} -Infx79
inf{sign="nan"} NaNx79
requests_total{job="api",instance="a",code="200"} 0+10x79
requests_total{job="api",instance="b",code="200"} 100+7x20 0+7x20 3+9x37
requests_total{job="api",instance="a",code="500"} 0x30 1x20 2x10 1 5 9 1 2 3 3 3
requests_total{job="db",instance="c",code="200"} 5 _ 8 _ _ 12 _x4 20 _x10 stale _x3 1 2 4 8 16 32 _ 64 1 2 NaN 5 6 8x20
requests_total{job="db",instance="d",code="404"} _x20 1000000 1000003 1000009 3 _x20 9
other_total{job="api",instance="a",code="200",extra="x"} 0+3x79
other_total{job="api",instance="b",code="200",extra="y"} 0+4x79
other_total{job="api",instance="a",code="500",extra="x"} 0+0.1x79
limits{job="api"} 30x79
limits{job="db"} 50x79
owner{job="api",team="web",instance="a"} 1x79
owner{job="db",team="data",instance="c"} 1x79
owner{job="db",team="data2",instance="d"} 1x79
lat_bucket{job="api",le="0.1"} 0+1x79
lat_bucket{job="api",le="0.5"} 0+3x79
lat_bucket{job="api",le="1"} 0+5x79
lat_bucket{job="api",le="+Inf"} 0+6x79
lat_bucket{job="db",le="-1"} 0+1x40 0+1x38
lat_bucket{job="db",le="0"} 0+2x40 0+2x38
lat_bucket{job="db",le="2.5"} 0+1.5x40 0+1x38
lat_bucket{job="db",le="Inf"} 0+4x40 0+4x38
lat_bucket{job="cache",le="1"} 0+1x79
lat_bucket{job="cache",le="2"} 0+2x79
lat_bucket{job="odd",le="abc"} 0+1x79
lat_bucket{job="odd",le="1.0"} 0+1x79
lat_bucket{job="odd",le="1"} 0+2x79
lat_bucket{job="odd",le="+Inf"} 0+2x79
lat_bucket{job="none"} 0+2x79
lat_count{job="api"} 0+6x79
lat_sum{job="api"} 0+2.5x79
hist{job="api",instance="a"} {{schema:0 count:4 sum:5 buckets:[1 2 1]}}+{{schema:0 count:8 sum:10 buckets:[2 4 2]}}x79
hist{job="api",instance="b"} {{schema:1 count:10 sum:12.5 z_bucket:2 z_bucket_w:0.001 offset:-1 buckets:[1 2 3] n_offset:1 n_buckets:[1 1]}}+{{schema:1 count:5 sum:3 z_bucket:1 z_bucket_w:0.001 offset:-1 buckets:[1 1 0] n_offset:1 n_buckets:[1 1]}}x30 {{schema:1 count:1 sum:1 z_bucket_w:0.001 buckets:[1]}}+{{schema:1 count:2 sum:2 z_bucket_w:0.001 buckets:[2]}}x20 stale _x3 {{schema:0 count:9 sum:3 z_bucket:4 z_bucket_w:0.01 offset:-2 buckets:[2 0 3]}}+{{schema:0 count:3 sum:1 z_bucket:1 z_bucket_w:0.01 offset:-2 buckets:[1 0 1]}}x20
hist{job="db",instance="c"} {{schema:3 count:7 sum:70 buckets:[1 2 0 0 0 0 4] offset:20 counter_reset_hint:gauge}}x20 {{schema:3 count:5 sum:60 buckets:[1 2 0 0 0 0 2] offset:20 counter_reset_hint:gauge}}x20 {{schema:3 count:6 sum:60 buckets:[1 2 0 1 0 0 2] offset:20 counter_reset_hint:gauge}}x20
hist{job="db",instance="n"} {{schema:0 count:6 sum:NaN z_bucket:1 n_buckets:[2 3]}}x30 {{schema:0 count:6 sum:-Inf z_bucket:1 n_buckets:[2 3]}}x30
custom{job="api",instance="a"} {{schema:-53 count:6 sum:8 custom_values:[1 2 5] buckets:[1 2 2 1]}}+{{schema:-53 count:4 sum:6 custom_values:[1 2 5] buckets:[1 1 1 1]}}x79
custom{job="api",instance="b"} {{schema:-53 count:6 sum:8 custom_values:[1 2 5] buckets:[1 2 2 1]}}+{{schema:-53 count:3 sum:4 custom_values:[1 2 5] buckets:[1 0 1 1]}}x40 {{schema:-53 count:2 sum:3 custom_values:[1 2 5] buckets:[1 1]}}+{{schema:-53 count:2 sum:3 custom_values:[1 2 5] buckets:[1 1]}}x30
custom{job="db",instance="c"} {{schema:-53 count:6 sum:8 custom_values:[1 2 5] buckets:[1 2 2 1]}}+{{schema:-53 count:2 sum:1 custom_values:[1 2 5] buckets:[1 0 1 0]}}x79
mixed{job="api"} 0+1x20 {{schema:0 count:4 sum:5 buckets:[1 2 1]}}+{{schema:0 count:8 sum:10 buckets:[2 4 2]}}x20 7x10 {{schema:-53 count:2 sum:3 custom_values:[1 2] buckets:[1 1]}}x10 {{schema:0 count:40 sum:5 buckets:[10 20 10]}}x10
mixed{job="db"} 3 {{schema:0 count:4 sum:5 buckets:[1 2 1]}} 4 {{schema:0 count:5 sum:6 buckets:[2 2 1]}} 5 {{schema:0 count:6 sum:7 buckets:[2 3 1]}} _x4 stale _ {{schema:2 count:6 sum:7 buckets:[2 3 1]}} 8 9 {{schema:2 count:6 sum:7 buckets:[2 3 1]}}x20
mixed{job="cache"} {{schema:0 count:40 sum:5 buckets:[10 20 10]}}x70
build_info{job="api",instance="a",version="1.0"} 1x79
build_info{job="api",instance="b",version="1.1"} 1x30 stale
build_info{job="api",instance="b",version="1.2"} _x31 1x47
target_info{job="api",instance="a",env="prod",region="eu"} 1x79
target_info{job="api",instance="b",env="test"} 1x30 _x10 1x30
target_info{job="db",instance="c",env="prod"} 1x40 stale
target_info{job="db",instance="c",env="dev"} _x41 1x30
{__name__="utf8.näme",job="api","läbel.x"="ü\"\\"} 0+2x79
{__name__="utf8.näme",job="db","läbel.x"="日本"} 0+3x79
{__name__="utf8.näme",job="emoji","läbel.x"="😀"} 0+3x79
{__name__="utf8.näme",job="private","läbel.x"=""} 0+3x79
order{n="file1"} 3x79
order{n="file10"} 2x79
order{n="file2"} 1x79
order{n="File2",z="a"} NaNx79
order{n="file02"} 2x79
`;

/** When the last sample was taken. */
export const END_SECONDS = START_SECONDS + (STEPS - 1) * INTERVAL_SECONDS;

/** Floats, histograms and markers of every odd kind: for each time the samples of all series, to be sent in this order. */
export function dataset(): WriteSeries[][] {
  const series = LINES.trim().split('\n').map(parseSeriesNotation);
  return Array.from({ length: STEPS }, (_, step) => {
    const timestampsMs = Float64Array.of((START_SECONDS + step * INTERVAL_SECONDS) * 1_000);
    return series.flatMap(({ labels, values: { [step]: value = null } }): WriteSeries[] => {
      if (value === null) return [];
      const values = new Float64Array(1);
      if (typeof value === 'object') return [{ labels, timestampsMs, values, histograms: [value] }];
      if (value === 'stale') writeStale(values, 0);
      else values[0] = value;
      return [{ labels, timestampsMs, values }];
    });
  });
}
