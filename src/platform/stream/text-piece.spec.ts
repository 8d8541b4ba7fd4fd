import { decodePiece, encodePiece, splitPiece, wholeCharacters } from './text-piece.js';

it('a piece is unchanged by encoding and decoding', () => {
  const piece = { streamId: '019a-b', attempt: 3, start: 17, text: 'a:b\n日本 😀\r\n:' };
  expect(decodePiece(encodePiece(piece))).toEqual(piece);
});

it('a long piece is split into pieces that fit a notification, never within a character', () => {
  const text = `a${'😀'.repeat(4000)}日${'本'.repeat(5000)}`;
  const parts = splitPiece({ streamId: '019a9d30-0c45-7b21-8c63-7e8f90123456', attempt: 1, start: 5, text });
  expect(parts.map((part) => part.text).join('')).toBe(text);
  expect(parts.every((part) => Buffer.byteLength(encodePiece(part)) < 8000 && part.text.isWellFormed())).toBe(
    true,
  );
  expect(parts.map(({ start }) => start)).toEqual(
    parts.map((_, at) => 5 + parts.slice(0, at).reduce((sum, part) => sum + part.text.length, 0)),
  );
});

it.each(['', 'a', 'a'.repeat(2400)])('a piece that one notification holds is not split', (text) => {
  const piece = { streamId: 'r', attempt: 1, start: 5, text };
  expect(splitPiece(piece)).toEqual([piece]);
});

it.each([
  ['ab', 1, 1],
  ['a\ud800\udc00', 2, 1],
  ['a\ud800\udc00', 3, 3],
  ['a\udbff\udfff', 2, 1],
  ['a\ud7ff\ue000', 2, 2],
  ['😀😀', 3, 2],
])('of %j the first %d units have %d in whole characters', (text, end, whole) => {
  expect(wholeCharacters(text, end)).toBe(whole);
});
