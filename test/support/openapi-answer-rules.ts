import type { ApiMedia, ApiResponse } from '../../src/platform/openapi/api-document.js';
import type { SchemaBook } from './openapi-schemas.js';

export const PROBLEM = 'application/problem+json';
/** Responses without a body (RFC 9110 §15.3.5, §15.4.5). */
const WITHOUT_BODY = ['204', '304'];

/** Lists the faults of a response's description. Its references are resolved. */
export function answerFaults(status: string, response: ApiResponse, book: SchemaBook): string[] {
  return [
    ...headerFaults(status, response),
    ...(Number(status) < 400 ? successFaults : problemFaults)(status, response, book),
  ];
}

/** Headers that a response of this status should describe. */
function headerFaults(status: string, { headers = {} }: ApiResponse): string[] {
  const expected = ['X-Request-Id'];
  if (status === '201') expected.push('Location');
  if (status === '304') expected.push('ETag');
  if (status === '401') expected.push('WWW-Authenticate');
  if (status === '429' || status === '503') expected.push('Retry-After');
  const unclear = Object.entries(headers).filter(([, { schema }]) => !schema?.examples?.length);
  return [
    ...unclear.map(([name]) => `${status}: the header ${name} has no example`),
    ...expected.filter((name) => !headers[name]).map((name) => `${status} has no header ${name}`),
  ];
}

function successFaults(status: string, { content }: ApiResponse, book: SchemaBook): string[] {
  if (WITHOUT_BODY.includes(status)) return content ? [`${status} has no body, yet one is described`] : [];
  if (!content) return [`${status} describes no body`];
  return bodyFaults(status, Object.values(content), book);
}

/** Forms of a download that `Accept` selects. Generated clients read the JSON, which is the default. */
const DOWNLOADS = ['text/csv', 'text/markdown'];

/** Client generators make one method per operation: of two media types they read one, and send or parse the wrong one. */
export function mediaFaults(responses: Record<string, ApiResponse>): string[] {
  const types = new Set(
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Number(status) < 400 ? Object.keys(content).filter((type) => !DOWNLOADS.includes(type)) : [],
    ),
  );
  return types.size > 1 ? [`it answers ${[...types].join(' and ')}: each wants an operation of its own`] : [];
}

function problemFaults(status: string, { content = {} }: ApiResponse, book: SchemaBook): string[] {
  const problem = content[PROBLEM];
  if (!problem) return [`${status} is no ${PROBLEM}`];
  const examples = Object.entries(problem.examples ?? {});
  if (examples.length === 0) return [`${status} has no example`];
  return examples.flatMap(([code, { value }]) => {
    const { code: its, status: itsStatus } = (value ?? {}) as { code?: string; status?: number };
    if (its !== code || String(itsStatus) !== status) return [`${status}: the example ${code} is another's`];
    const fault = book.faultOf(problem.schema!, value);
    return fault === null ? [] : [`${status}: the example ${code}: ${fault}`];
  });
}

/** Every body has an example that its schema accepts. */
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
