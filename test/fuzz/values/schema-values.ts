import fc from 'fast-check';
import type { Document, ValueSchema } from '../document.js';
import { HINTS } from './hints.js';
import { textOf } from './texts.js';

/** Bounds where the document gives none. */
const LONGEST_TEXT = 60;
const MOST_ITEMS = 4;

/**
 * Generates values that a schema allows. A property whose meaning a schema cannot express (a number, a URL) has a hint by
 * its name.
 */
export class SchemaValues {
  constructor(private readonly document: Document) {}

  of(given: ValueSchema, name = ''): fc.Arbitrary<unknown> {
    const schema = this.document.resolve(given);
    const hint = HINTS[name];
    if (hint) return hint(schema);
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return fc.oneof(...alternatives.map((one) => this.of(one, name)));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const types = [schema.type ?? 'object'].flat();
    return fc.oneof(...types.map((type) => this.ofType(type, schema)));
  }

  private ofType(type: string, schema: ValueSchema): fc.Arbitrary<unknown> {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 });
      case 'number':
        return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
      case 'string':
        return this.text(schema);
      case 'array':
        return fc.array(schema.items ? this.of(schema.items) : anyJson, {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS),
        });
      default:
        return this.object(schema);
    }
  }

  private text({ format, minLength = 0, maxLength = LONGEST_TEXT }: ValueSchema): fc.Arbitrary<string> {
    if (format === 'uuid') return fc.uuid({ version: 7 });
    if (format === 'date-time')
      return fc
        .date({ min: new Date('2020-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString());
    if (format === 'uri') return fc.webUrl();
    return textOf(minLength, maxLength);
  }

  private object({
    properties = {},
    required = [],
    additionalProperties,
  }: ValueSchema): fc.Arbitrary<unknown> {
    const known = fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, this.of(schema, name)])),
      { requiredKeys: required },
    );
    if (additionalProperties === false || Object.keys(properties).length > 0) return known;
    return fc
      .tuple(known, fc.dictionary(textOf(1, 20), anyJson, { maxKeys: 3, noNullPrototype: true }))
      .map(([one, more]) => ({ ...more, ...(one as object) }));
  }
}

/** Any JSON that PostgreSQL and JSON can hold. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, ''),
    textOf(0, 20),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(textOf(1, 12), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
