import fc from 'fast-check';
import { attachment } from './download.js';

it.each([
  ['Physics', 'Physics.md', 'Physics.md'],
  ['../../etc/passwd', 'etc-passwd.md', 'etc-passwd.md'],
  ['a"; filename="b.exe', 'a-filename-b-exe.md', 'a-filename-b-exe.md'],
  ['Zürich – Ärzte', 'Zurich-Arzte.md', 'Z%C3%BCrich-%C3%84rzte.md'],
  ['物理', 'file.md', '%E7%89%A9%E7%90%86.md'],
  ['…', 'file.md', 'file.md'],
])('%s becomes a safe file name', (name, ascii, encoded) => {
  expect(attachment(name, '.md')).toBe(`attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`);
});

it('any name becomes a header of bounded length, without separators', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
      const [, ascii, encoded] = /^attachment; filename="([\w-]+\.md)"; filename\*=UTF-8''(\S+)$/.exec(
        attachment(name, '.md'),
      )!;
      const file = decodeURIComponent(encoded!);
      expect(file).toMatch(/^[\p{L}\p{M}\p{N}-]+\.md$/u);
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
      expect(ascii!.length).toBeLessThan(255);
    }),
  );
});
