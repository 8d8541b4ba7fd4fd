import type { GeneratedFile } from './generated-files.js';

export interface StaleFile {
  path: string;
  /** The text that the file should have. */
  text: string;
  /** The first lines that differ. */
  hint: string;
}

/** Lists the files whose text differs from the generated one. Line ends are ignored, because Git may change them. */
export async function staleFiles(
  files: readonly GeneratedFile[],
  read: (path: string) => Promise<string>,
): Promise<StaleFile[]> {
  const stale: StaleFile[] = [];
  for (const { path, render } of files) {
    const [text, committed] = await Promise.all([render(), read(path).catch(() => '')]);
    if (committed.replaceAll('\r\n', '\n') !== text)
      stale.push({ path, text, hint: firstDifference(committed, text) });
  }
  return stale;
}

const SHOWN_CHARACTERS = 160;

function firstDifference(committed: string, made: string): string {
  const [old, fresh] = [committed.split(/\r?\n/), made.split('\n')];
  const at = fresh.findIndex((line, index) => line !== old[index]);
  const line = at === -1 ? fresh.length : at;
  const show = (lines: string[]) => (lines[line] ?? '(end of file)').slice(0, SHOWN_CHARACTERS);
  return `  line ${line + 1}\n  - ${show(old)}\n  + ${show(fresh)}`;
}
