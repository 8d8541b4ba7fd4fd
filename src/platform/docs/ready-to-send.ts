type Json = Record<string, unknown>;

interface Body {
  content?: Record<string, { example?: unknown }>;
}
interface Document {
  paths: Record<string, Record<string, { requestBody?: Body }>>;
  components: { requestBodies?: Record<string, Body> };
}

/**
 * Optional members of a body that refer to existing objects: a challenge, a return address, a price at Stripe. The values
 * of their examples do not exist.
 */
const NAMES_SOMETHING_OF_THE_CALLERS = [
  'challenge_id',
  'success_url',
  'cancel_url',
  'return_url',
  'price_id',
];

/**
 * Prepares an OpenAPI 3.0 document for Swagger UI, which sends the examples that it shows: removes example values that
 * refer to objects which do not exist. Changes the document in place.
 */
export function makeReadyToSend(document: Json): void {
  const { paths, components } = document as unknown as Document;
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const bodies = [
    ...operations.flatMap(({ requestBody }) => requestBody ?? []),
    ...Object.values(components.requestBodies ?? {}),
  ];
  for (const media of bodies.flatMap(({ content }) => Object.values(content ?? {}))) {
    const { example } = media;
    if (typeof example !== 'object' || example === null) continue;
    media.example = Object.fromEntries(
      Object.entries(example).filter(([name]) => !NAMES_SOMETHING_OF_THE_CALLERS.includes(name)),
    );
  }
}
