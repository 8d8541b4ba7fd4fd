import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { COLUMNS } from '../../scripts/import/columns.js';
import { ROLES } from '../../scripts/import/read-message.js';
import { aliasesOf } from '../../src/platform/fields/alias.decorator.js';
import { declaredRoutes } from './routes.js';
import { ROOT, sourceFiles } from './source-files.js';

const PAGE = readFileSync(resolve(ROOT, 'docs/moving-in.md'), 'utf8');

/** The rows of the page's table whose header begins with this cell. */
function tableOf(firstCell: string): string[][] {
  const lines = PAGE.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${firstCell} `));
  const until = lines.findIndex((line, at) => at > from && !line.startsWith('|'));
  return lines.slice(from + 2, until).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const wordsIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);

it('the page names every alias of a field, and no other', async () => {
  const aliases = new Set<string>();
  for (const file of [...sourceFiles('src', '.dto.ts'), ...sourceFiles('src', '.input.ts')])
    for (const exported of Object.values((await import(file)) as object))
      if (typeof exported === 'function' && exported.prototype)
        for (const [alias, field] of aliasesOf(exported as { prototype: object }))
          aliases.add(`${alias} → ${field}`);
  const named = tableOf('sent').map(([alias, field]) => `${wordsIn(alias!)[0]} → ${wordsIn(field!)[0]}`);
  expect(named.toSorted()).toEqual([...aliases].toSorted());
});

it('the page names routes that are there, each with its other name', async () => {
  const routes = await declaredRoutes();
  const handlerOf = (words: string) => {
    const [method, path] = words.split(' ');
    return routes.find((route) => route.method === method && route.path === path)?.name;
  };
  for (const [other, own] of tableOf('route')) {
    const name = handlerOf(wordsIn(own!)[0]!);
    expect([own, name]).toEqual([own, expect.any(String)]);
    expect([other, handlerOf(wordsIn(other!)[0]!)]).toEqual([other, name]);
  }
});

it('the page names the columns and roles that an import takes', () => {
  const named = tableOf('file').map(([file, column, others]) => [
    file,
    ...wordsIn(column!),
    ...wordsIn(others!),
  ]);
  const taken = Object.entries(COLUMNS).flatMap(([file, columns]) =>
    Object.values(columns).map(({ names }) => [file, ...names]),
  );
  expect(named).toEqual(taken);
  const [, , , roles] = tableOf('file').find(([, column]) => column === '`role`')!;
  expect(wordsIn(roles!)).toEqual(Object.keys(ROLES));
});
