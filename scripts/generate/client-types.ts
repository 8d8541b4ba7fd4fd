import type { ApiDocument } from '../../src/platform/openapi/api-document.js';

/** The parts of a schema that openapi.json uses. */
interface SchemaNode {
  $ref?: string;
  type?: string | string[];
  enum?: (string | number | null)[];
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  allOf?: SchemaNode[];
  additionalProperties?: boolean | SchemaNode;
  description?: string;
}

const PRIMITIVES: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/**
 * Renders the types of packages/client: one interface per schema, without those that only operators or the sandbox use.
 */
export function renderClientTypes({ components }: ApiDocument): string {
  const schemas = Object.entries(components.schemas as Record<string, SchemaNode>).filter(
    ([name]) => !/^(Admin|Sandbox|Stripe|ModelScripts|AdvanceClock|Clock|ReleaseStripe)/.test(name),
  );
  const types = schemas.map(
    ([name, schema]) => `${docOf(schema)}export type ${name} = ${typeOf(schema, name)};\n`,
  );
  return `// Made from openapi.json by "npm run generate".\n\n${types.join('\n')}`;
}

function typeOf(schema: SchemaNode, owner = ''): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1)!;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map((one) => typeOf(one)).join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => typeOf(one)).join(' & ');
  const types = [schema.type ?? 'unknown'].flat();
  // An enum with one value distinguishes the members of a union; other enums are open, because values may be added.
  if (schema.enum?.length === 1) return JSON.stringify(schema.enum[0]);
  return types.map((type) => namedType(type, schema, owner)).join(' | ');
}

function namedType(type: string, schema: SchemaNode, owner: string): string {
  if (type === 'array') return `Array<${typeOf(schema.items ?? {})}>`;
  if (type === 'object') return objectType(schema, owner);
  return PRIMITIVES[type] ?? 'unknown';
}

function objectType({ properties, required = [], additionalProperties }: SchemaNode, owner: string): string {
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    return `Record<string, ${values}>`;
  }
  const fields = Object.entries(properties).map(
    ([name, field]) =>
      `${docOf(field)}${name}${required.includes(name) ? '' : '?'}: ${typeOf(field, owner)};`,
  );
  return `{\n${indented(fields.join('\n'))}\n}`;
}

const docOf = ({ description }: SchemaNode): string =>
  description === undefined
    ? ''
    : `/** ${description.replaceAll('*/', '*\u2060/').replaceAll('\n', ' ')} */\n`;

const indented = (lines: string): string => lines.replaceAll(/^/gm, '  ');
