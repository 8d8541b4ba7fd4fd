import type { ApiDocument, ApiMedia, ApiResponse } from '../../src/platform/openapi/api-document.js';
import type { SchemaBook } from './openapi-schemas.js';

export const PROBLEM = 'application/problem+json';
/** Answers that have no body (RFC 9110 §15.3.5, §15.4.5). */
const WITHOUT_BODY = ['204', '304'];

/** In what the answer of a status falls short. */
export function answerFaults(
  status: string,
  response: ApiResponse,
  document: ApiDocument,
  book: SchemaBook,
): string[] {
  return [
    ...headerFaults(status, response, document),
    ...(Number(status) < 400
      ? successFaults(status, response, book)
      : problemFaults(status, response, document, book)),
  ];
}

/** Headers without which an answer of that status is of less use than it could be. */
function headerFaults(status: string, { headers = {} }: ApiResponse, document: ApiDocument): string[] {
  const expected = ['X-Request-Id'];
  if (status === '201') expected.push('Location');
  if (status === '304') expected.push('ETag');
  if (status === '401') expected.push('WWW-Authenticate');
  if (status === '429' || status === '503') expected.push('Retry-After');
  const unresolved = Object.values(headers).filter(
    ({ $ref }) => $ref !== undefined && !document.components.headers[$ref.split('/').at(-1)!],
  );
  const unclear = Object.entries(headers).filter(
    ([, { $ref, schema }]) => !$ref && !schema?.examples?.length,
  );
  return [
    ...unclear.map(([name]) => `${status}: the header ${name} has no example`),
    ...expected.filter((name) => !headers[name]).map((name) => `${status} has no header ${name}`),
    ...unresolved.map(({ $ref }) => `${status}: nothing under ${$ref}`),
  ];
}

function successFaults(status: string, { content }: ApiResponse, book: SchemaBook): string[] {
  if (WITHOUT_BODY.includes(status)) return content ? [`${status} has no body, yet one is described`] : [];
  if (!content) return [`${status} describes no body`];
  return bodyFaults(status, Object.values(content), book);
}

/** Generators make one method of an operation: of two media types they read one, and send or parse the wrong one. */
export function mediaFaults(responses: Record<string, ApiResponse>): string[] {
  const types = new Set(
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Number(status) < 400 ? Object.keys(content) : [],
    ),
  );
  return types.size > 1 ? [`it answers ${[...types].join(' and ')}: each wants an operation of its own`] : [];
}

function problemFaults(
  status: string,
  { content = {} }: ApiResponse,
  document: ApiDocument,
  book: SchemaBook,
): string[] {
  const problem = content[PROBLEM];
  if (!problem) return [`${status} is no ${PROBLEM}`];
  const examples = Object.entries(problem.examples ?? {});
  if (examples.length === 0) return [`${status} has no example`];
  return examples.flatMap(([code, { $ref, value }]) => {
    const shown = $ref ? document.components.examples[$ref.split('/').at(-1)!]?.value : value;
    const { code: its, status: itsStatus } = (shown ?? {}) as { code?: string; status?: number };
    if (its !== code || String(itsStatus) !== status) return [`${status}: the example ${code} is another's`];
    const fault = book.faultOf(problem.schema!, shown);
    return fault === null ? [] : [`${status}: the example ${code}: ${fault}`];
  });
}

/** Every body has an example, and its schema takes it. */
export function bodyFaults(what: string, bodies: ApiMedia[], book: SchemaBook): string[] {
  return bodies.flatMap(({ schema, example, examples }) => {
    const shown = examples ? Object.values(examples).map(({ value }) => value) : [example];
    return shown.flatMap((value) => {
      if (value === undefined) return [`the ${what} has no example`];
      const fault = book.faultOf(schema!, value);
      return fault === null ? [] : [`the example of the ${what}: ${fault}`];
    });
  });
}
