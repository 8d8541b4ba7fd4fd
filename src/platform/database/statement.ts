import type { QueryConfig } from 'pg';
import { compileSql } from './compile-sql.js';

/** Type of the parameters of a statement without any. */
export type NoParameters = Record<string, never>;

/**
 * A statement with a name, named parameters and a row type. PostgreSQL prepares it under its name, so that it is planned
 * once per connection.
 */
export class Statement<Parameters extends object = never, Row extends object = object> {
  /** The text that PostgreSQL receives, with `$1`, `$2` … */
  readonly text: string;
  /** The names of `$1`, `$2` … */
  readonly parameters: readonly string[];
  /** For the compiler: the type of a row. */
  declare readonly row: Row;

  /** @param source SQL with `:name` in the places of the parameters; a name may occur any number of times */
  constructor(
    readonly name: string,
    source: string,
  ) {
    const { text, parameters } = compileSql(source, name);
    this.text = text;
    this.parameters = parameters;
  }

  /**
   * The query for `pg`.
   * @param parameters properties that the text does not name are ignored
   * @throws Error when a parameter is missing
   */
  bind(parameters: Parameters): QueryConfig {
    const values: unknown[] = [];
    for (const name of this.parameters) {
      const value = (parameters as Record<string, unknown>)[name];
      // `pg` would send null for undefined.
      if (value === undefined) throw new Error(`${this.name}: the parameter "${name}" is missing`);
      values.push(value);
    }
    return { name: this.name, text: this.text, values };
  }
}

const STATEMENTS = new Map<string, Statement>();

/**
 * Declares a statement, beside the code that runs it (`Database.run`).
 * `npm run generate` writes it to docs/sql, with its doc comment and the indexes of its plan.
 * @throws Error when another statement has this name: a connection knows one text by a name
 */
export function statement<Parameters extends object, Row extends object = object>(
  name: string,
  source: string,
): Statement<Parameters, Row> {
  const made = new Statement<Parameters, Row>(name, source);
  const known = STATEMENTS.get(name);
  if (known && known.text !== made.text) throw new Error(`two statements are named ${name}`);
  STATEMENTS.set(name, made);
  return made;
}

/** Every statement of the modules that were loaded. */
export const statements = (): Statement[] => [...STATEMENTS.values()];

/** The parameters, or the row, of a statement. */
export type ParametersOf<S> = S extends Statement<infer Parameters> ? Parameters : never;
