/**
 * The form of an OpenAPI 3.1 document as a JSON Schema: the specification, narrowed to the parts that this product uses.
 * Other fields are refused, so that a misspelt field is found.
 */
const text = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const map = (values: object) => ({ type: 'object', additionalProperties: values });
const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const object = (properties: Record<string, object>, required: string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const reference = object({ $ref: { type: 'string', pattern: '^#/components/' } }, ['$ref']);
/** A JSON Schema, checked by its own dialect (`faultsOfSchema`). */
const schema = { type: ['object'] };

export const STRUCTURE = {
  ...object(
    {
      openapi: { const: '3.1.0' },
      info: object(
        {
          title: text,
          description: text,
          version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
          contact: { type: 'object', maxProperties: 0 },
          license: object({ name: text, url: { type: 'string', format: 'uri' } }, ['name', 'url']),
        },
        ['title', 'description', 'version', 'license'],
      ),
      servers: { type: 'array', minItems: 1, items: object({ url: text, description: text }, ['url']) },
      tags: {
        type: 'array',
        items: object({ name: text, description: text }, ['name', 'description']),
      },
      paths: {
        type: 'object',
        patternProperties: { '^/[^?#]*$': ref('pathItem') },
        additionalProperties: false,
      },
      components: object(
        {
          schemas: map(schema),
          examples: map(ref('example')),
          headers: map(ref('header')),
          parameters: map(ref('parameter')),
          responses: map(ref('response')),
          securitySchemes: map(
            object({ type: { const: 'http' }, scheme: text, bearerFormat: text, description: text }, [
              'type',
              'scheme',
            ]),
          ),
        },
        ['schemas', 'examples', 'headers', 'securitySchemes'],
      ),
    },
    ['openapi', 'info', 'servers', 'tags', 'paths', 'components'],
  ),
  $defs: {
    pathItem: object(
      Object.fromEntries(['get', 'post', 'put', 'patch', 'delete'].map((m) => [m, ref('operation')])),
      [],
    ),
    operation: object(
      {
        operationId: { type: 'string', pattern: '^[a-z][A-Za-z0-9]+$' },
        summary: { type: 'string', minLength: 3, maxLength: 80, pattern: '[^.]$' },
        description: text,
        deprecated: flag,
        tags: { type: 'array', minItems: 1, maxItems: 1, items: text },
        security: { type: 'array', maxItems: 1, items: map({ type: 'array', maxItems: 0 }) },
        parameters: { type: 'array', items: { oneOf: [reference, ref('parameter')] } },
        requestBody: object({ required: flag, description: text, content: ref('content') }, [
          'required',
          'content',
        ]),
        responses: {
          type: 'object',
          // An error is described once for all routes.
          patternProperties: { '^[23]\\d\\d$': ref('response'), '^[45]\\d\\d$': reference },
          additionalProperties: false,
        },
      },
      ['operationId', 'summary', 'tags', 'security', 'responses'],
    ),
    parameter: object(
      {
        name: text,
        in: { enum: ['path', 'query', 'header'] },
        description: text,
        required: flag,
        deprecated: flag,
        example: true as never,
        schema,
      },
      ['name', 'in', 'description', 'required', 'schema'],
    ),
    content: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^[a-z]+/[a-z0-9.+-]+$' },
      additionalProperties: ref('media'),
    },
    media: object(
      {
        schema,
        example: true as never,
        examples: map({ oneOf: [reference, ref('example')] }),
      },
      ['schema'],
    ),
    example: object({ summary: text, description: text, value: true as never }, ['value']),
    response: object(
      {
        description: text,
        headers: map({ oneOf: [reference, ref('header')] }),
        content: ref('content'),
      },
      ['description', 'headers'],
    ),
    header: object({ description: text, required: flag, schema }, ['description', 'schema']),
  },
};
