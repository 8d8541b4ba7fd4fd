import type { Config } from '../config/config.js';
import { limitHint } from './limit-hint.js';
import { Problem } from '../problem/problem.js';

const process = (production: boolean, providers: Config['sandbox']['providers'] = []) =>
  limitHint({ production, sandbox: { providers, public: false } });
const minute = Problem.limited('rate_limited', 7, { liftedBy: 'RATE_LIMIT_PER_MINUTE' });
const guesses = Problem.limited('otp_attempts_exceeded', 7);

it('a developer is told which variable lifts a limit', () => {
  expect(process(false)(minute)).toContain('Set RATE_LIMIT_PER_MINUTE in the environment');
});

it('where no variable does, the sandbox’s clock moves the time on', () => {
  expect(process(false, ['sms'])(guesses)).toContain('POST /sandbox/clock');
  expect(process(false)(guesses)).toBe('');
});

it('production tells a stranger nothing of its settings', () => {
  expect([minute, guesses].map(process(true))).toEqual(['', '']);
});

it('what is no limit has no hint', () => {
  expect(process(false, ['sms'])(new Problem('not_found'))).toBe('');
});
