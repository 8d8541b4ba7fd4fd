import { getMetadataArgsStorage } from 'typeorm';

type Entity<E> = new () => E;
type Key<E> = keyof E & string;

/** Cast of a column type for which `pg` would return another type than the entity's. */
const READ_AS: Record<string, string> = {
  // A calendar day: a Date would shift it with the machine's time zone.
  date: 'text',
  // `pg` reads bigint as text; a number is exact up to 2^53.
  bigint: 'float8',
};

interface EntityColumn {
  property: string;
  column: string;
  type: string;
}

/**
 * The columns of an entity for `select` and `returning`, each under its property's name, so that a new column is declared
 * in the entity only.
 * @param table alias of the table
 * @param properties only these; all without it
 */
export function columnsOf<E>(entity: Entity<E>, table: string, properties?: readonly Key<E>[]): string {
  return columnsFrom(entity, properties)
    .map(({ property, column, type }) => {
      const read = READ_AS[type];
      const value = `${table}.${column}${read ? `::${read}` : ''}`;
      return property === column && !read ? value : `${value} as "${property}"`;
    })
    .join(', ');
}

/** The properties of an entity that are columns. */
export const columnProperties = <E>(entity: Entity<E>): Key<E>[] =>
  columnsFrom(entity).map(({ property }) => property as Key<E>);

/** Column list and value list of an insert: parameters with the properties' names, cast to the columns' types. */
export function insertion<E>(entity: Entity<E>, properties: readonly Key<E>[]) {
  const columns = columnsFrom(entity, properties);
  return {
    columns: columns.map(({ column }) => column).join(', '),
    values: columns.map(({ property, type }) => `:${property}::${type}`).join(', '),
  };
}

/**
 * The `set` list of an update that changes each property named in the parameter `changed`. {@link changesTo} makes the
 * parameters.
 */
export function setChanged<E>(entity: Entity<E>, table: string, properties: readonly Key<E>[]): string {
  return columnsFrom(entity, properties)
    .map(
      ({ property, column, type }) =>
        `${column} = case when '${property}' = any(:changed::text[]) then :${property}::${type} else ${table}.${column} end`,
    )
    .join(', ');
}

/** Parameters of {@link setChanged}. */
export type Changes<E, K extends keyof E> = { [P in K]: E[P] | null } & { changed: string[] };

/** Makes the parameters of {@link setChanged}; an undefined property is not changed. */
export function changesTo<E, K extends Key<E>>(
  properties: readonly K[],
  changes: Partial<Pick<E, K>>,
): Changes<E, K> {
  const values = Object.fromEntries(properties.map((property) => [property, changes[property] ?? null]));
  const changed = properties.filter((property) => changes[property] !== undefined);
  return { ...(values as { [P in K]: E[P] | null }), changed };
}

/** Columns of a table without an entity, under their names in camel case: `userId` gives `user_id as "userId"`. */
export function columnsNamed<Row>(...names: Key<Row>[]): string {
  return names
    .map((name) => [name, name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)])
    .map(([name, column]) => (name === column ? column : `${column} as "${name}"`))
    .join(', ');
}

/** In the order of the entity, or of `properties`. */
function columnsFrom<E>(entity: Entity<E>, properties?: readonly Key<E>[]): EntityColumn[] {
  const all = getMetadataArgsStorage()
    .filterColumns(entity)
    .map(({ propertyName, options }) => ({
      property: propertyName,
      column: options.name ?? propertyName,
      type: options.type as string,
    }));
  if (!properties) return all;
  return properties.map((property) => {
    const found = all.find((column) => column.property === property);
    if (!found) throw new Error(`${entity.name} has no column for "${property}"`);
    return found;
  });
}
