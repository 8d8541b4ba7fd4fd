import { EndedSessions } from './ended-sessions.js';

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
