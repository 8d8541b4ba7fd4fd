import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { ROOT } from './source-files.js';

const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');

/** A YAML file of the repository, merge keys (`<<`) resolved. */
export const readYaml = <T>(path: string): T =>
  load(read(path), { schema: CORE_SCHEMA.withTags(mergeTag) }) as T;

/** Does this command run a program that is made from a file of ours and bundled? */
export function isOurs(command: string): boolean {
  const source = /dist\/bundle\/((?:src|scripts)\/\w+)\.js$/.exec(command)?.[1];
  if (source === undefined) return false;
  return existsSync(resolve(ROOT, `${source}.ts`)) && read('scripts/bundle.js').includes(`'${source}'`);
}

type Table = Record<string, unknown>;

/**
 * A TOML file of the repository that keeps to what fly.toml needs: tables, arrays of tables, and keys with values
 * that are JSON, too (texts in double quotes, numbers, true and false, arrays on one line).
 * @throws Error for anything else
 */
export function readToml<T>(path: string): T {
  const root: Table = {};
  let table = root;
  for (const line of read(path).split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const head = /^\[(\[)?([\w.]+)\]?\]$/.exec(line);
    const pair = /^(\w+) = (.+)$/.exec(line);
    if (head) table = openTable(root, head[2]!.split('.'), head[1] !== undefined);
    else if (pair) table[pair[1]!] = JSON.parse(pair[2]!) as unknown;
    else throw new Error(`${path}: cannot read "${line}"`);
  }
  return root as T;
}

function openTable(root: Table, path: string[], isOneOfMany: boolean): Table {
  const name = path.pop()!;
  const parent = path.reduce<Table>((at, part) => (at[part] ??= {}) as Table, root);
  const table: Table = {};
  if (isOneOfMany) parent[name] = [...((parent[name] as Table[] | undefined) ?? []), table];
  else parent[name] = table;
  return table;
}

/**
 * What Compose makes of a value with variables in it (compose-spec, chapter "Interpolation"): `${A}`, `${A:-default}`,
 * `${A-default}`, `${A:?message}`, defaults that hold variables themselves.
 * @throws Error with the message where a variable is required and empty
 */
export function interpolate(value: string, given: Record<string, string>): string {
  // Innermost first, until none is left.
  const inner = /\$\{(\w+)(?:(:?[-?])([^${}]*))?\}/;
  const found = inner.exec(value);
  if (!found) return value;
  const [whole, name = '', operator, text = ''] = found;
  const set = given[name];
  const missing = operator?.startsWith(':') ? !set : set === undefined;
  if (missing && operator?.endsWith('?')) throw new Error(`${name}: ${text}`);
  return interpolate(
    value.replace(whole, () => (missing ? text : (set ?? ''))),
    given,
  );
}
