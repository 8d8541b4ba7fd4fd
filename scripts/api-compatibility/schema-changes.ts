import { resolve, type Schema, type Schemas } from '../../src/platform/openapi/schema.js';

/** Direction of a value. A request may only allow more than before; a response may only contain more. */
export type Direction = 'request' | 'answer';

/** A schema, and the named schemas of its document. */
export interface Side {
  schema: Schema;
  schemas: Schemas;
}

/** Lists the breaking changes between two schemas, each with its location. */
export function schemaChanges(
  before: Side,
  after: Side,
  direction: Direction,
  at: string,
  seen = new Set<string>(),
): string[] {
  const pair = `${before.schema.$ref ?? ''} ${after.schema.$ref ?? ''} ${direction}`;
  if (before.schema.$ref !== undefined) {
    if (seen.has(pair)) return [];
    seen.add(pair);
  }
  const [old, now] = [open(before), open(after)];
  const deeper = (a: Schema, b: Schema, where: string) =>
    schemaChanges(
      { schema: a, schemas: before.schemas },
      { schema: b, schemas: after.schemas },
      direction,
      where,
      seen,
    );
  return [
    ...typeChanges(old, now, direction, at),
    ...enumChanges(old, now, direction, at),
    ...(direction === 'request' ? boundChanges(old, now, at) : []),
    ...propertyChanges(old, now, direction, at, deeper),
    ...(old.items && now.items ? deeper(old.items, now.items, `${at}[]`) : []),
    ...alternativeChanges(old, now, at, deeper),
  ];
}

/** Resolves references. Of a union with null it returns the other type, with null added to its types. */
function open({ schema, schemas }: Side): Schema {
  const found = resolve(schema, schemas);
  const parts = found.anyOf ?? found.allOf;
  if (!parts) return found;
  const real = parts.filter(({ type }) => type !== 'null');
  if (real.length !== 1) return found;
  const inner = open({ schema: real[0]!, schemas });
  const types = [inner.type ?? []].flat();
  return real.length === parts.length ? inner : { ...inner, type: [...types, 'null'] };
}

function typeChanges(old: Schema, now: Schema, direction: Direction, at: string): string[] {
  const [were, are] = [typesOf(old), typesOf(now)];
  if (were.length === 0 || are.length === 0) return [];
  if (direction === 'request') return missing(were, are).map((type) => `${at}: no longer takes ${type}`);
  return [
    ...missing(are, were).map((type) => `${at}: may now be ${type}`),
    ...(old.format === now.format ? [] : [`${at}: its format is another one`]),
  ];
}

const typesOf = ({ type }: Schema): string[] => [type ?? []].flat();
/** `integer` is a part of `number`. */
const missing = (from: string[], where: string[]): string[] =>
  from.filter((type) => !where.includes(type) && !(type === 'integer' && where.includes('number')));

/** Enum values may be added to responses at any time (contract, "Growth"), but not removed: a client may rely on one. */
function enumChanges(old: Schema, now: Schema, direction: Direction, at: string): string[] {
  if (!old.enum) return now.enum && direction === 'request' ? [`${at}: takes certain words only`] : [];
  const gone = now.enum ? old.enum.filter((word) => !now.enum!.includes(word)) : [];
  return gone.map((word) => `${at}: ${JSON.stringify(word)} is gone`);
}

const UPPER = ['maximum', 'maxLength', 'maxItems', 'maxProperties'] as const;
const LOWER = ['minimum', 'minLength', 'minItems', 'minProperties'] as const;

function boundChanges(old: Schema, now: Schema, at: string): string[] {
  const value = (schema: Schema, key: string, none: number) =>
    (schema as Record<string, number | undefined>)[key] ?? none;
  const { pattern } = now as { pattern?: string };
  return [
    ...UPPER.filter((key) => value(now, key, Infinity) < value(old, key, Infinity)),
    ...LOWER.filter((key) => value(now, key, -Infinity) > value(old, key, -Infinity)),
    ...(pattern !== undefined && pattern !== (old as { pattern?: string }).pattern ? ['pattern'] : []),
  ].map((key) => `${at}: ${key} is stricter`);
}

function propertyChanges(
  old: Schema,
  now: Schema,
  direction: Direction,
  at: string,
  deeper: (a: Schema, b: Schema, where: string) => string[],
): string[] {
  const [were, are] = [old.properties ?? {}, now.properties ?? {}];
  const required = (schema: Schema) => new Set(schema.required ?? []);
  const [wanted, wants] = [required(old), required(now)];
  return [
    ...Object.keys(were)
      .filter((name) => !are[name])
      .map((name) => `${at}.${name}: is gone`),
    ...Object.keys(direction === 'request' ? are : were)
      .filter((name) =>
        direction === 'request'
          ? wants.has(name) && !wanted.has(name)
          : are[name] && wanted.has(name) && !wants.has(name),
      )
      .map(
        (name) => `${at}.${name}: is ${direction === 'request' ? 'now required' : 'no longer always there'}`,
      ),
    ...Object.entries(were).flatMap(([name, property]) =>
      are[name] ? deeper(property, are[name], `${at}.${name}`) : [],
    ),
  ];
}

/** Alternatives are identified by their names; a new alternative is an addition. */
function alternativeChanges(
  old: Schema,
  now: Schema,
  at: string,
  deeper: (a: Schema, b: Schema, where: string) => string[],
): string[] {
  const [were, are] = [old.oneOf ?? [], now.oneOf ?? []];
  return were.flatMap((one) => {
    const same = are.find(({ $ref }) => $ref === one.$ref);
    const name = one.$ref?.split('/').at(-1) ?? 'an alternative';
    return same ? deeper(one, same, `${at} (${name})`) : [`${at}: ${name} is gone`];
  });
}
