import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { containsTime } from './time-interval.ts';
import { TIME_INTERVAL_SCHEMA } from './time-interval-schema.ts';

const contains = (interval: unknown, time: string) =>
  containsTime(TIME_INTERVAL_SCHEMA.parse(interval), Date.parse(time));

describe('time intervals', () => {
  it('hold their start and not their end', () => {
    const interval = { times: [{ start_time: '09:00', end_time: '17:00' }] };
    assert.equal(contains(interval, '2026-01-05T08:59:59Z'), false);
    assert.equal(contains(interval, '2026-01-05T09:00:00Z'), true);
    assert.equal(contains(interval, '2026-01-05T16:59:59Z'), true);
    assert.equal(contains(interval, '2026-01-05T17:00:00Z'), false);
    assert.equal(
      contains({ times: [{ start_time: '17:00', end_time: '24:00' }] }, '2026-01-05T23:59:59Z'),
      true,
    );
  });

  it('know weekdays, days of the month from either end, months and years', () => {
    assert.equal(contains({ weekdays: ['saturday', 'sunday'] }, '2026-01-04T00:00:00Z'), true);
    assert.equal(contains({ weekdays: ['monday:friday'] }, '2026-01-04T00:00:00Z'), false);
    assert.equal(contains({ days_of_month: ['-1'] }, '2024-02-29T12:00:00Z'), true);
    assert.equal(contains({ days_of_month: ['-1'] }, '2024-02-28T12:00:00Z'), false);
    assert.equal(contains({ days_of_month: ['-3:-1'] }, '2026-04-28T12:00:00Z'), true);
    assert.equal(contains({ days_of_month: ['31'] }, '2026-04-30T12:00:00Z'), false);
    assert.equal(contains({ days_of_month: ['1:5', '10'] }, '2026-04-10T12:00:00Z'), true);
    assert.equal(contains({ months: ['january:march', '12'] }, '2026-12-10T12:00:00Z'), true);
    assert.equal(contains({ months: ['january:march'] }, '2026-04-10T12:00:00Z'), false);
    assert.equal(contains({ years: ['2025:2026'] }, '2027-01-01T00:00:00Z'), false);
  });

  it('follow their zone through its clock changes', () => {
    const interval = { times: [{ start_time: '02:00', end_time: '03:00' }], location: 'Europe/Berlin' };
    assert.equal(contains(interval, '2026-01-05T01:30:00Z'), true, 'winter, one hour ahead');
    assert.equal(contains(interval, '2026-07-05T00:30:00Z'), true, 'summer, two');
    assert.equal(contains(interval, '2026-03-29T01:30:00Z'), false, 'the hour that does not exist');
    assert.equal(
      contains(interval, '2026-10-25T00:30:00Z') && contains(interval, '2026-10-25T01:30:00Z'),
      true,
      'the hour that is there twice',
    );
  });

  it('are written as Alertmanager reads them', () => {
    const takes = (interval: unknown) => TIME_INTERVAL_SCHEMA.safeParse(interval).success;
    for (const location of ['Europe/Berlin', 'UTC', 'Local', '', 'CET', 'EST5EDT', 'US/Pacific', 'Etc/GMT+3'])
      assert.equal(takes({ location }), true, location);
    for (const location of [
      'europe/berlin',
      'EUROPE/BERLIN',
      'utc',
      'local',
      'est',
      '+02:00',
      '../etc',
      'Mars/Base',
    ])
      assert.equal(takes({ location }), false, location);
    const times = (start_time: string) => ({ times: [{ start_time, end_time: '24:00' }] });
    for (const time of ['00:00', '09:00', '23:59']) assert.equal(takes(times(time)), true, time);
    for (const time of ['9:00', '09:0', '24:01', '09:60', '09:00:00', ' 09:00', '24:00'])
      assert.equal(takes(times(time)), false, time);
  });

  it('hold everything when nothing is said', () => assert.equal(contains({}, '2026-01-05T00:00:00Z'), true));
});
