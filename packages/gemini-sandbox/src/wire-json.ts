import { invalidArgument } from './gemini-api.error.js';

/** Converts the keys of a JSON object to camelCase. */
export type Json = Record<string, unknown>;

/** Reads an object; its keys may be camelCase or snake_case, as in the JSON form of any protocol buffer. */
export function objectOf(value: unknown, path: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidArgument(
      `Invalid value at '${path}' (Map), ${JSON.stringify(value)}`,
      path ? [{ field: path, description: 'Starting an object on a scalar field' }] : undefined,
    );
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([key, field]) => [camelCase(key), field]),
  );
}

/** Reads a repeated field; like the real API it accepts a single object instead of a list of one. */
export function arrayOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** @throws GeminiApiError 400 naming every field that is not known */
export function checkFields(object: Json, known: ReadonlySet<string>, path: string): Json {
  const violations = Object.keys(object)
    .filter((key) => !known.has(key))
    .map((key) => ({
      ...(path && { field: path }),
      description: `Invalid JSON payload received. Unknown name "${key}"${path && ` at '${path}'`}: Cannot find field.`,
    }));
  if (violations.length === 0) return object;
  throw invalidArgument(violations.map(({ description }) => description).join('\n'), violations);
}

function camelCase(key: string): string {
  return key.replace(/(?!^)_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
