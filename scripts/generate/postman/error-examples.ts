import { STATUS_CODES } from 'node:http';
import type { ApiOperation } from '../../../src/platform/openapi/api-document.js';
import type { ProblemCode } from '../../../src/platform/problem/problem-table.js';
import { stableId, type PostmanRequest, type PostmanResponse } from './convert.js';

const PROBLEM = 'application/problem+json';

/** Codes whose responses are identical for many requests: saved once, at the first request, instead of 400 times. */
const COMMON: ProblemCode[] = [
  'not_acceptable',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'malformed_json',
  'unauthenticated',
  'token_expired',
  'session_ended',
  'rate_limited',
  'internal_error',
  'unavailable',
];

/**
 * Saved examples of an operation's errors, one per code.
 * @param seen the common codes that are saved already; those of this operation are added
 */
export function errorExamples(
  operation: ApiOperation,
  { method, url }: PostmanRequest,
  seen: Set<string>,
): PostmanResponse[] {
  return Object.entries(operation.responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([status, { content }]) =>
      Object.entries(content?.[PROBLEM]?.examples ?? {}).map(([code, { value }]) => ({
        status,
        code,
        value,
      })),
    )
    .filter(({ code }) => !COMMON.includes(code as ProblemCode) || (!seen.has(code) && seen.add(code)))
    .map(({ status, code, value }) => ({
      id: stableId(`${operation.operationId} ${code}`),
      name: `${status} ${code}`,
      originalRequest: { method, header: [], url },
      status: STATUS_CODES[status],
      code: Number(status),
      header: [{ key: 'Content-Type', value: PROBLEM }],
      body: JSON.stringify(value, null, 2),
      cookie: [],
      _postman_previewlanguage: 'json',
    }));
}
