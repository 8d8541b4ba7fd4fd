import { jest } from '@jest/globals';
import { failed, fix, ok, skipped, warning, type Check, type CheckResult } from './check.js';
import { Redactor } from './redactor.js';
import { isHealthy, toJson, toTable } from './render.js';
import { runChecks } from './run-checks.js';

const NOTHING_SECRET = new Redactor([]);
const outcomes = (results: CheckResult[]) => results.map(({ check, outcome }) => `${check}: ${outcome}`);

it('a check that throws is a failed check, and the others still run', async () => {
  const broken: Check = {
    name: 'broken',
    run: () => {
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    },
  };
  const results = await runChecks(
    [
      { service: 'A', checks: [broken, { name: 'next', run: () => ok('fine') }] },
      { service: 'B', checks: [{ name: 'other', run: () => ok('fine') }] },
    ],
    NOTHING_SECRET,
  );
  expect(outcomes(results)).toEqual(['broken: failed', 'next: ok', 'other: ok']);
  expect(results[0]!.fact).toBe('no result: ECONNREFUSED');
});

it('a check that hangs ends at its own limit', async () => {
  const results = await runChecks(
    [
      {
        service: 'A',
        checks: [
          { name: 'hangs', limitMs: 1, run: () => new Promise<never>(() => undefined) },
          { name: 'next', run: () => ok('fine') },
        ],
      },
    ],
    NOTHING_SECRET,
  );
  expect(outcomes(results)).toEqual(['hangs: failed', 'next: ok']);
});

it('a check is skipped when the check that it needs failed or was skipped, and not after a warning', async () => {
  const run = jest.fn(() => ok('fine'));
  const results = await runChecks(
    [
      {
        service: 'A',
        checks: [
          { name: 'failed', run: () => failed('no', fix('A', 'mend')) },
          { name: 'second', needs: 'failed', run },
          { name: 'third', needs: 'second', run },
          { name: 'warned', run: () => warning('hm', fix('A', 'mend')) },
          { name: 'fifth', needs: 'warned', run: () => ok('fine') },
        ],
      },
    ],
    NOTHING_SECRET,
  );
  expect(outcomes(results)).toEqual([
    'failed: failed',
    'second: skipped',
    'third: skipped',
    'warned: warning',
    'fifth: ok',
  ]);
  expect(run).not.toHaveBeenCalled();
});

it('the connections of a group are closed, also when a check failed', async () => {
  const close = jest.fn(() => Promise.reject(new Error('closed already')));
  await runChecks(
    [{ service: 'A', checks: [{ name: 'a', run: () => Promise.reject(new Error('no')) }], close }],
    NOTHING_SECRET,
  );
  expect(close).toHaveBeenCalledTimes(1);
});

it('no secret is in a result, in either spelling, whichever text repeats it', async () => {
  const secret = 'p@ss/word-0123456789';
  const redactor = new Redactor([secret, 'p@ss/w', null, undefined, '']);
  const results = await runChecks(
    [
      {
        service: 'A',
        checks: [
          { name: 'thrown', run: () => Promise.reject(new Error(`cannot open redis://:${secret}@host`)) },
          { name: 'told', run: () => failed(secret, fix('A', `not ${encodeURIComponent(secret)}`)) },
        ],
      },
    ],
    redactor,
  );
  const printed = toJson(results) + toTable(results);
  expect(printed).toContain('[secret]');
  for (const text of [secret, encodeURIComponent(secret), 'p@ss/w']) expect(printed).not.toContain(text);
});

it('the table names the variable, what to do and the page; only a failed check makes the report unhealthy', () => {
  const place = { service: 'Stripe', check: 'key' };
  const bad = {
    ...place,
    ...failed('refused', fix('STRIPE_SECRET_KEY', 'enter a valid key', 'https://stripe')),
  };
  const good = [
    { ...place, ...warning('hm', fix([], 'look')) },
    { ...place, ...skipped('simulated') },
    { ...place, ...ok('fine') },
  ];
  expect(toTable([bad])).toContain('→ STRIPE_SECRET_KEY: enter a valid key (https://stripe)');
  expect([isHealthy(good), isHealthy([...good, bad])]).toEqual([true, false]);
  expect(JSON.parse(toJson([bad]))).toEqual({
    ok: false,
    counts: { ok: 0, warning: 0, failed: 1, skipped: 0 },
    checks: [bad],
  });
});
