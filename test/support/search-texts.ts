import fc from 'fast-check';

/** Characters of ten scripts, with marks, ligatures, wide forms and signs that other searches take for operators. */
const ALPHABETS = [
  'aAeé\u0301ßœŁı xyz',
  'αΆσςΣω\u0301',
  'еЁйЖ\u0306я',
  'אבשׁלָם',
  'ابمُحـ\u200c',
  'हिन्दीकि',
  '北京大学東',
  'かがガｶﾞーです',
  '한국\u1112\u1161\u11ab어',
  'ไทยภาษา้',
  '🌅❤\ufe0f👨\u200d👩🇮🇳',
  `C#+-&|!"'%_\\()*: \n\t`,
];

/** Short texts of few characters, so that queries match often. */
export const searchText = fc
  .constantFrom(...ALPHABETS)
  .chain((own) =>
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...own) },
        { weight: 1, arbitrary: fc.constant(' ') },
        { weight: 1, arbitrary: fc.constantFrom(...ALPHABETS.flatMap((all) => [...all])) },
      ),
      { maxLength: 14 },
    ),
  )
  .map((characters) => characters.join(''));

/** A text, and a query that is often a part of it. */
export const textAndQuery = fc.oneof(
  fc.tuple(searchText, searchText),
  fc
    .tuple(searchText, fc.nat(14), fc.integer({ min: 1, max: 5 }))
    .map(([text, from, length]) => [text, text.slice(from, from + length).toWellFormed()] as const),
);
