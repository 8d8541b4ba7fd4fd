import { EndedSessions } from '../sessions/ended-sessions.js';
import { VerifiedTokens } from './verified-tokens.js';

it('remembers what is in use, and never more than twice its half', () => {
  const tokens = new VerifiedTokens<number>(10);
  tokens.set('mine', 0);
  for (let i = 1; i <= 1000; i += 1) {
    tokens.set(`t${i}`, i);
    expect(tokens.get('mine')).toBe(0);
  }
  const kept = Array.from({ length: 1000 }, (_, i) => tokens.get(`t${i + 1}`)).filter((v) => v !== undefined);
  expect(kept.length).toBeLessThanOrEqual(20);
});

const filled = (count: number) => {
  const tokens = new VerifiedTokens<number>(10);
  for (let i = 1; i <= count; i += 1) tokens.set(`t${i}`, i);
  return tokens;
};

it('the last half is known, and what is older than twice that is not', () => {
  const tokens = filled(21);
  expect([12, 15, 20, 21].map((i) => tokens.get(`t${i}`))).toEqual([12, 15, 20, 21]);
  expect(filled(21).get('t1')).toBeUndefined();
});

it('tokens that are not known push none out that is', () => {
  const tokens = filled(10);
  for (let i = 0; i < 1000; i += 1) expect(tokens.get(`forged${i}`)).toBeUndefined();
  expect(tokens.get('t1')).toBe(1);
});

it('once all are to be checked anew none is known', () => {
  const tokens = filled(15);
  tokens.clear();
  expect(['t1', 't12', 't15'].map((token) => tokens.get(token))).toEqual([undefined, undefined, undefined]);
});

it('ended sessions are forgotten when none of their tokens can be alive', () => {
  const ended = new EndedSessions(1000);
  ended.add('a', 0);
  ended.add('b', 900);
  expect([ended.has('a'), ended.has('b')]).toEqual([true, true]);
  ended.add('c', 1500);
  expect([ended.has('a'), ended.has('b'), ended.has('c')]).toEqual([false, true, true]);
});

it('a session that is told of twice is kept for the whole time from the second', () => {
  const ended = new EndedSessions(1000);
  ended.add('a', 0);
  ended.add('b', 100);
  ended.add('a', 900);
  ended.add('c', 1200);
  expect([ended.has('a'), ended.has('b'), ended.has('c')]).toEqual([true, false, true]);
});
