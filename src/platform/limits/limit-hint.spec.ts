import type { Config } from '../config/config.js';
import { limitHint } from './limit-hint.js';
import { Problem } from '../problem/problem.js';

const process = (production: boolean, providers: Config['sandbox']['providers'] = []) =>
  limitHint({ production, sandbox: { providers, public: false } });
const minute = Problem.limited('rate_limited', 7, { liftedBy: 'RATE_LIMIT_PER_MINUTE' });
const guesses = Problem.limited('otp_attempts_exceeded', 7);

it('a hint names the variable that lifts a limit', () => {
  expect(process(false)(minute)).toContain('Set RATE_LIMIT_PER_MINUTE in the environment');
});

it('a hint names the sandbox’s clock where no variable lifts the limit', () => {
  expect(process(false, ['sms'])(guesses)).toContain('POST /sandbox/clock');
  expect(process(false)(guesses)).toBe('');
});

it('production gives no hint of its settings', () => {
  expect([minute, guesses].map(process(true))).toEqual(['', '']);
});

it('a problem that is no limit has no hint', () => {
  expect(process(false, ['sms'])(new Problem('not_found'))).toBe('');
});
