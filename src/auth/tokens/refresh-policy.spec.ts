import { decideRefresh } from './refresh-policy.js';

const rotatedAt = new Date('2026-11-20T09:00:00Z');
const after = (seconds: number) => new Date(rotatedAt.getTime() + seconds * 1000);

it.each([
  // presented, generation, used, seconds since the rotation, decision
  [1, 1, 0, 0, 'rotate'],
  [7, 7, 7, 99_999, 'rotate'],
  [6, 7, 7, 0, 'repeat'],
  [6, 7, 7, 9.999, 'repeat'],
  [6, 7, 7, 10, 'replayed'],
  [6, 7, 6, 10, 'repeat'],
  [6, 7, 6, 99_999, 'repeat'],
  [6, 7, 0, 99_999, 'repeat'],
  [5, 7, 6, 0, 'replayed'],
  [1, 7, 0, 0, 'replayed'],
  [8, 7, 7, 0, 'replayed'],
  [0, 1, 0, 0, 'repeat'],
] as const)(
  'token %i of generation %i, used generation %i, %d s after the rotation: %s',
  (presented, generation, usedGeneration, seconds, decision) => {
    const state = { generation, usedGeneration, rotatedAt };
    expect(decideRefresh(presented, state, after(seconds))).toBe(decision);
  },
);
