import { HeldAnswers } from './held-answers.js';

it('streams and waits share the bound, which counts per user', () => {
  const held = new HeldAnswers(2);
  const places = [held.take('a', 'stream'), held.take('a', 'wait'), held.take('a', 'wait')];
  expect(places.map((place) => place !== null)).toEqual([true, true, false]);
  expect(held.refusal('a', 'stream')).toContain('1 event streams and 1 waits');
  expect(held.take('b', 'stream')).not.toBeNull();
});

it('exports have a separate bound', () => {
  const held = new HeldAnswers(1);
  const kinds = ['stream', 'export', 'export', 'export'] as const;
  expect(kinds.map((kind) => held.take('a', kind) !== null)).toEqual([true, true, true, false]);
  expect(held.refusal('a', 'export')).toContain('2 exports');
});

it('a place is released once, even if released twice, and a user without open requests has no entry', () => {
  const held = new HeldAnswers(2);
  const [release, other] = [held.take('a', 'stream')!, held.take('a', 'wait')!];
  release();
  release();
  const next = held.take('a', 'wait')!;
  expect(held.take('a', 'wait')).toBeNull();
  for (const end of [release, other, next]) end();
  expect(held.size).toBe(0);
});
