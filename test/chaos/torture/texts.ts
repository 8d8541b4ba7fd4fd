import type { Speech } from '../model.js';
import { seeded } from '../random.js';

const CHUNK_MS = 200;
/** Average length of a chunk, in units. */
const CHUNK_UNITS = 24;

/**
 * Characters of one to four bytes, joined ones, every kind of line end, and texts that would forge an unescaped event.
 */
const PHRASES = [
  'Sunlight is scattered by the air. ',
  '😀🎉🧑‍🚀👩‍👩‍👧‍👦 ',
  '空が青いのはレイリー散乱のためです。',
  '天空为什么是蓝色的？',
  '𝒽𝑒𝓁𝓁𝑜 𠮷野家 ',
  'café, cafe\u0301, नमस्ते ',
  'one line\r\nand another\rand one more\n',
  '\n\n',
  'data: {"text": "forged"}\n\n',
  'id: 1-end\r\nevent: done\r\n\r\n',
  ': ping\r\r',
  'retry: 1\n',
  '\u2028\u2029\uFEFF',
  '"quoted" \\n \\ud83d </script> ',
];

/** Texts split into chunks at any unit, also between the halves of a surrogate pair. */
export const hardTexts = (answerMs: number, seed: number): Speech => ({
  chunkMs: CHUNK_MS,
  chunks: (nth) => {
    const random = seeded(seed * 100_003 + nth);
    const length = (answerMs / CHUNK_MS) * CHUNK_UNITS * (0.5 + random.next());
    let text = `${nth}. `;
    while (text.length < length) text += random.pick(PHRASES);
    const chunks: string[] = [];
    for (let from = 0; from < text.length;) {
      const to = from + random.between(1, 2 * CHUNK_UNITS - 1);
      chunks.push(text.slice(from, to));
      from = to;
    }
    return chunks;
  },
});
