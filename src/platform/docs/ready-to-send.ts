type Json = Record<string, unknown>;

interface Body {
  content?: Record<string, { example?: unknown }>;
}
interface Document {
  paths: Record<string, Record<string, { requestBody?: Body }>>;
  components: { requestBodies?: Record<string, Body> };
}

/**
 * Members of a body that name something of the caller's own: a challenge that is running, a page to come back to, a
 * price at Stripe. None is required, and what the example names exists nowhere.
 */
const NAMES_SOMETHING_OF_THE_CALLERS = [
  'challenge_id',
  'success_url',
  'cancel_url',
  'return_url',
  'price_id',
];

/**
 * Makes of an OpenAPI 3.0 document one that Swagger UI can be clicked through: it sends the example that it shows, so
 * an example holds nothing that must exist first. Changes the document in place.
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
