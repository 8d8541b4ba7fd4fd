import { EndedSessions } from './ended-sessions.js';

it('an ended session is forgotten once all its tokens have expired', () => {
  const ended = new EndedSessions(1000);
  ended.add('a', 0);
  ended.add('b', 900);
  expect([ended.has('a'), ended.has('b')]).toEqual([true, true]);
  ended.add('c', 1500);
  expect([ended.has('a'), ended.has('b'), ended.has('c')]).toEqual([false, true, true]);
});

it('a session announced twice is kept for the full time from the second announcement', () => {
  const ended = new EndedSessions(1000);
  ended.add('a', 0);
  ended.add('b', 100);
  ended.add('a', 900);
  ended.add('c', 1200);
  expect([ended.has('a'), ended.has('b'), ended.has('c')]).toEqual([true, false, true]);
});
