import { challengeIdText, readChallengeId } from './challenge.js';

const id = Buffer.from('00ff10a0b0c0d0e0f001020304050607', 'hex');

it('an id is read back unchanged, in lower and upper case', () => {
  expect(challengeIdText(id)).toBe('00ff10a0b0c0d0e0f001020304050607');
  expect(readChallengeId(challengeIdText(id))).toEqual(id);
  expect(readChallengeId(challengeIdText(id).toUpperCase())).toEqual(id);
});

it.each([
  '',
  '00ff',
  `${challengeIdText(id)}0`,
  `${challengeIdText(id)}\n`,
  `x${challengeIdText(id)}`,
  challengeIdText(id).replace('f', 'g'),
])('%j names no challenge', (text) => {
  expect(readChallengeId(text)).toBeNull();
});
