/** Every way in which Unicode goes wrong: astral, joined, flags, combining, right to left, CJK. */
export const EMOJI_CHUNKS: string[] = [
  'Here you are: 😀 🎉 🚀. ',
  'Joined: 👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈. ',
  'Flags: 🇮🇳 🇪🇺. ',
  'Combining: caf\u00e9 is not cafe\u0301. ',
  'Scripts: नमस्ते, こんにちは, مرحبا, 𝒽𝑒𝓁𝓁𝑜. ',
  'That was all. ✅',
];

/** 200 sentences: long enough to be stopped, read again, or cut by a limit. */
export const LONG_CHUNKS: string[] = Array.from(
  { length: 200 },
  (_, i) => `This is sentence ${i + 1} of a long answer. `,
);
