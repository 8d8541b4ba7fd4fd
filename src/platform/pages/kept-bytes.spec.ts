import { jest } from '@jest/globals';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { KeptBytes } from './kept-bytes.js';

const TEXT = 'All of it is said again and again. '.repeat(100);

it('is made once for concurrent requests of any coding', async () => {
  const make = jest.fn(() => Promise.resolve(TEXT));
  const kept = new KeptBytes(make);
  const forms = await Promise.all(
    Array.from({ length: 30 }, (_, n) => kept.in((['br', 'gzip', 'identity'] as const)[n % 3]!)),
  );
  expect(make).toHaveBeenCalledTimes(1);
  expect(new Set(forms.map(({ bytes }) => bytes)).size).toBe(3);
});

it('every coding holds the same text and has a tag of its own', async () => {
  const kept = new KeptBytes(() => TEXT);
  const [plain, br, gz] = await Promise.all([kept.in('identity'), kept.in('br'), kept.in('gzip')]);
  expect([plain.bytes, brotliDecompressSync(br.bytes), gunzipSync(gz.bytes)].map(String)).toEqual([
    TEXT,
    TEXT,
    TEXT,
  ]);
  expect(new Set([plain, br, gz].map(({ etag }) => etag)).size).toBe(3);
  expect(br.etag).toMatch(/^"[\w-]{22}-br"$/);
});

it('what compression does not make smaller stays as it is', async () => {
  const kept = new KeptBytes(() => Buffer.from([1, 2, 3]));
  expect((await kept.in('br')).coding).toBe('identity');
});

it('a failure is not kept', async () => {
  const make = jest.fn(() => Promise.resolve(TEXT)).mockRejectedValueOnce(new Error('not yet'));
  const kept = new KeptBytes(make);
  await expect(kept.in('br')).rejects.toThrow('not yet');
  expect(String((await kept.in('identity')).bytes)).toBe(TEXT);
});
