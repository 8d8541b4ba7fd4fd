/** A name in a file whose owner could change what it refers to, unless `pin` fixes it. */
export interface Reference {
  kind: 'image' | 'action';
  file: string;
  /** Line number, from 1. */
  line: number;
  /** `node`, `ghcr.io/owner/image`, `actions/checkout`. */
  name: string;
  tag: string;
  /** `sha256:…` of an image, or the 40 digits of an action's commit; null: not pinned. */
  pin: string | null;
}

const COMMIT = /^[0-9a-f]{40}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Finds the images (`FROM` of a Dockerfile, `image:` of Compose and workflows) and actions (`uses:`) of a file. Leaves
 * out stages of the same Dockerfile, images that the same Compose file builds, and actions of this repository.
 * @throws Error for a name that cannot be pinned: one without a tag, or an action as `docker://`
 */
export function referencesOf(file: string, text: string): Reference[] {
  const lines = text.split('\n');
  const own = ownImages(lines);
  return lines.flatMap((line, at) => {
    const words = wordsOf(line);
    const where = { file, line: at + 1 };
    if (words[0] === 'uses:') return actionOf(words, where);
    const image = words[0] === 'image:' ? words[1] : fromOf(words);
    return image === undefined || own.has(image) ? [] : [imageOf(image, where)];
  });
}

/** Writes the pins into the text; `pins` maps {@link keyOf} to the new pin. */
export function withPins(text: string, references: Reference[], pins: Map<string, string>): string {
  const lines = text.split('\n');
  for (const reference of references) {
    const { kind, line, name, tag, pin } = reference;
    const next = pins.get(keyOf(reference));
    if (next === undefined) continue;
    const text = lines[line - 1]!;
    const written = kind === 'image' ? `${name}:${tag}${pin ? `@${pin}` : ''}` : `${name}@${pin ?? tag}`;
    const head = text.slice(0, text.indexOf(written));
    const tail = text.slice(head.length + written.length);
    lines[line - 1] =
      kind === 'image' ? `${head}${name}:${tag}@${next}${tail}` : `${head}${name}@${next} # ${tag}`;
  }
  return lines.join('\n');
}

/** Equal for all references to the same image or action. */
export const keyOf = ({ kind, name, tag }: Reference): string => `${kind} ${name} ${tag}`;

const wordsOf = (line: string): string[] => {
  const words = line.trim().split(/\s+/);
  return words[0] === '-' ? words.slice(1) : words;
};

/** The image of `FROM [--platform=…] image [AS stage]`. */
const fromOf = (words: string[]): string | undefined =>
  words[0] === 'FROM' ? words.slice(1).find((word) => !word.startsWith('--')) : undefined;

/** Names of stages (`AS name`), and of images that a neighbouring `build:` makes. */
function ownImages(lines: string[]): Set<string> {
  const own = new Set<string>();
  lines.forEach((line, at) => {
    const words = wordsOf(line);
    const as = words.findIndex((word) => word.toUpperCase() === 'AS');
    if (words[0] === 'FROM' && as > 0) own.add(words[as + 1]!);
    // True for lines of the same mapping, which have the same indentation.
    const build = `${line.slice(0, line.indexOf('image:'))}build:`;
    const isBuilt = [lines[at - 1], lines[at + 1]].some((near) => near?.startsWith(build));
    if (words[0] === 'image:' && isBuilt) own.add(words[1]!);
  });
  return own;
}

function imageOf(written: string, where: { file: string; line: number }): Reference {
  const [tagged = '', digest = null] = written.split('@');
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  if (colon < 0)
    throw new Error(`${where.file}:${where.line}: ${written} has no tag: write the version it is`);
  if (digest !== null && !DIGEST.test(digest))
    throw new Error(`${where.file}:${where.line}: ${digest} is not a SHA-256 digest`);
  return { kind: 'image', ...where, name: tagged.slice(0, colon), tag: tagged.slice(colon + 1), pin: digest };
}

function actionOf(words: string[], where: { file: string; line: number }): Reference[] {
  const [, written = '', hash, comment] = words;
  if (written.startsWith('./')) return [];
  const [name = '', version = ''] = written.split('@');
  const isPinned = COMMIT.test(version);
  const tag = isPinned && hash === '#' ? comment : version;
  if (written.startsWith('docker://') || !tag || COMMIT.test(tag))
    throw new Error(
      `${where.file}:${where.line}: write "uses: owner/name@version", or the commit and "# version"`,
    );
  return [{ kind: 'action', ...where, name, tag, pin: isPinned ? version : null }];
}
