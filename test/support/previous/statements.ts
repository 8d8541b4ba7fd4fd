import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A statement of the previous release, as PostgreSQL gets it. */
export interface PreviousStatement {
  name: string;
  text: string;
  /** Names of `$1`, `$2` …, and the types that PostgreSQL gave them. */
  parameters: { name: string; type: string }[];
}

const FILE = resolve('test/fixtures/previous/statements.sql');

/** Every statement of the previous release (make.ts). */
export const previousStatements = (): PreviousStatement[] =>
  readFileSync(FILE, 'utf8').trim().split('\n\n').slice(1).map(parse);

/** Reads one statement of a page of docs/sql, without the comments on its plan. */
function parse(block: string): PreviousStatement {
  const lines = block.split('\n');
  const comments = lines.filter((line) => line.startsWith('-- '));
  const parameters = comments.find((line) => line.startsWith('-- Parameters: '));
  return {
    name: lines[0]!.slice('-- '.length),
    text: lines.filter((line) => !line.startsWith('-- ')).join('\n'),
    parameters: [...(parameters ?? '').matchAll(/\$\d+ (\w+) ([^,$]+)/g)].map(([, name, type]) => ({
      name: name!,
      type: type!.trim(),
    })),
  };
}

/** The values of a statement's parameters, by their names. @throws Error when one is missing */
export const valuesOf = ({ name, parameters }: PreviousStatement, values: object): unknown[] =>
  parameters.map((parameter) => {
    const value = (values as Record<string, unknown>)[parameter.name];
    if (value === undefined) throw new Error(`${name}: the parameter "${parameter.name}" is missing`);
    return value;
  });

/** Pages of docs/sql as one file, without the comments on the plans. */
export const statementsFile = (pages: readonly string[]): string =>
  [
    '-- The statements of the previous release, from its docs/sql (test/support/previous/make.ts).',
    ...pages.flatMap((page) =>
      page
        .trim()
        .split('\n\n')
        .slice(1)
        .map((block) =>
          block
            .split('\n')
            .filter((line, at) => at === 0 || line.startsWith('-- Parameters: ') || !line.startsWith('-- '))
            .join('\n'),
        ),
    ),
  ].join('\n\n') + '\n';
