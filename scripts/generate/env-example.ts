import { ENVIRONMENT, type Variable } from '../../src/platform/config/environment.js';

const HEAD = `# Made by "npm run generate" from src/platform/config/environment.ts. Copy it to .env; nothing in it has to be filled in
# for trying out. A line with # in front shows the default: take the # away to change it. An empty value is the same as
# none. docs/configuration.md has every variable with the values that it takes.
`;

/** Width at which comments are wrapped. */
const WIDTH = 110;

/** Renders `.env.example`. An unchanged copy of it has the same effect as no `.env`. */
export function renderEnvExample(): string {
  const groups = Object.entries(ENVIRONMENT).map(([title, group]) => {
    const entries = Object.entries(group as Record<string, Variable>).map(
      ([name, { doc, shown }]) =>
        `${comment(doc)}\n${shown === '' ? `${name}=` : `# ${name}=${quoted(shown)}`}`,
    );
    return `# ${'─'.repeat(3)} ${title} ${'─'.repeat(WIDTH - title.length - 7)}\n\n${entries.join('\n\n')}\n`;
  });
  return [HEAD, ...groups].join('\n');
}

/** Shells and Node both read a quoted value with blanks. */
const quoted = (value: string) => (/[\s#"']/.test(value) ? `"${value}"` : value);

function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines.join('\n');
}
