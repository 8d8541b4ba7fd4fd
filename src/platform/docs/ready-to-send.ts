type Json = Record<string, unknown>;

interface Parameter {
  required?: boolean;
  description?: string;
  example?: unknown;
  examples?: unknown;
  schema?: Json;
}
interface Body {
  content: Record<string, { example?: unknown }>;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: Body;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { parameters?: Record<string, Parameter>; requestBodies?: Record<string, Body> };
}

/**
 * Members of a body that name something of the caller's own: a challenge that is running, a page to come back to, a
 * price at Stripe. None is required, and the example's value exists nowhere.
 */
const NAMES_SOMETHING_OF_THE_CALLERS = [
  'challenge_id',
  'success_url',
  'cancel_url',
  'return_url',
  'price_id',
];

/**
 * Makes of an OpenAPI 3.0 document one that Swagger UI can be clicked through: it sends every example that it shows, so
 * an optional parameter has none (a cursor that no list gave is 400, an Idempotency-Key that all requests share makes
 * them one), and a body holds nothing that must exist first. Changes the document in place.
 */
export function makeReadyToSend(document: Json): void {
  const { paths, components } = document as unknown as Document;
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const parameters = [
    ...operations.flatMap(({ parameters }) => parameters ?? []),
    ...Object.values(components.parameters ?? {}),
  ];
  const bodies = [
    ...operations.flatMap(({ requestBody }) => requestBody ?? []),
    ...Object.values(components.requestBodies ?? {}),
  ];
  parameters.filter(({ required }) => !required).forEach(tellExample);
  for (const media of bodies.flatMap(({ content }) => Object.values(content ?? {}))) leaveOutNames(media);
}

/** The example of an optional parameter moves into its description. */
function tellExample(parameter: Parameter): void {
  const example = parameter.example ?? parameter.schema?.['example'];
  delete parameter.example;
  delete parameter.examples;
  if (parameter.schema) delete parameter.schema['example'];
  if (example !== undefined && parameter.schema?.['enum'] === undefined)
    parameter.description = `${parameter.description ?? ''} Example: \`${shown(example)}\`.`.trimStart();
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function leaveOutNames(media: { example?: unknown }): void {
  const { example } = media;
  if (typeof example !== 'object' || example === null) return;
  media.example = Object.fromEntries(
    Object.entries(example).filter(([name]) => !NAMES_SOMETHING_OF_THE_CALLERS.includes(name)),
  );
}
