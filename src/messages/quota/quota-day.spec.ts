import { nextDayStart, quotaDay } from './quota-day.js';

describe('the day of the quota', () => {
  it.each([
    ['2026-11-20T23:59:59.999Z', 'UTC', '2026-11-20', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21T00:00:00.000Z', 'UTC', '2026-11-21', '2026-11-22T00:00:00.000Z'],
    ['2026-11-20T18:29:59.999Z', 'Asia/Kolkata', '2026-11-20', '2026-11-20T18:30:00.000Z'],
    ['2026-11-20T18:30:00.000Z', 'Asia/Kolkata', '2026-11-21', '2026-11-21T18:30:00.000Z'],
    // the day that daylight saving ends has 25 hours, the one that it begins 23
    ['2026-10-25T00:00:00.000Z', 'Europe/Berlin', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['2026-10-24T22:30:00.000Z', 'Europe/Berlin', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['2026-03-28T23:00:00.000Z', 'Europe/Berlin', '2026-03-29', '2026-03-29T22:00:00.000Z'],
    // Cairo skips midnight itself: the day begins at 01:00
    ['2026-04-23T20:00:00.000Z', 'Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00.000Z'],
    ['2026-11-20T09:59:59.999Z', 'Pacific/Kiritimati', '2026-11-20', '2026-11-20T10:00:00.000Z'],
  ])('%s in %s is %s, until %s', (now, zone, day, next) => {
    expect(quotaDay(new Date(now), zone)).toBe(day);
    expect(nextDayStart(new Date(now), zone).toISOString()).toBe(next);
  });
});
