import type { Type } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import type { ApiDocument, ApiMedia } from './api-document.js';
import type { Schema } from './schema.js';

/** The schemas of a stream's events, by the `type` in their data. */
export interface EventUnion {
  /** Name of the union's schema in the document. */
  name: string;
  classes: Record<string, Type>;
}

/** An example of a stream. */
export interface EventsExample {
  union: EventUnion;
  /** The example's events, in order. */
  shown: { data: { type: string }; id?: string }[];
}

/** The union as an inline schema; {@link nameUnions} moves it to `components`. */
export function unionSchema({ name, classes }: EventUnion): Schema & { title: string } {
  const refs = Object.entries(classes).map(
    ([type, { name: schema }]) => [type, getSchemaPath(schema)] as const,
  );
  return {
    title: name,
    description: 'The data of one event of a stream. Types may be added: ignore an unknown `type`.',
    oneOf: refs.map(([, $ref]) => ({ $ref })),
    discriminator: { propertyName: 'type', mapping: Object.fromEntries(refs) },
  };
}

/**
 * Moves each union to the named schemas, once: client generators make one type of a named schema, and one per use of an
 * inline schema.
 */
export function nameUnions(media: ApiMedia[], { components }: ApiDocument): void {
  for (const one of media) {
    if (!one.schema?.discriminator || one.schema.title === undefined) continue;
    const { title, ...union } = one.schema;
    components.schemas[title] = union;
    one.schema = { $ref: `#/components/schemas/${title}` };
  }
}
