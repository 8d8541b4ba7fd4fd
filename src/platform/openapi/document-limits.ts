import type { ApiResponseOptions } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../problem/problem-table.js';
import { problemExampleRef } from './problem-examples.js';
import { ROUTE_LIMIT_HEADERS } from './shared-headers.js';

/** Metadata key of @nestjs/swagger for `@ApiResponse`. */
const RESPONSES = 'swagger/apiResponse';
const LIMIT_CODES = 'platform:limit-codes';

type Response = ApiResponseOptions & {
  content?: { 'application/problem+json': { examples: Record<string, unknown> } };
};

/**
 * Adds the limits of a route to its document: their codes to the 429, their headers to the successful responses. `@Limit`
 * and `@Operation` both call it, in any order: the second call completes the result of the first.
 */
export function documentLimits(handler: object, codes: ProblemCode[] = []): void {
  const all = [
    ...new Set([...((Reflect.getMetadata(LIMIT_CODES, handler) ?? []) as ProblemCode[]), ...codes]),
  ];
  if (all.length === 0) return;
  Reflect.defineMetadata(LIMIT_CODES, all, handler);
  const responses = Reflect.getMetadata(RESPONSES, handler) as Record<string, Response> | undefined;
  const refusal = responses?.['429'];
  if (!responses || !refusal?.content) return;
  const { examples } = refusal.content['application/problem+json'];
  for (const code of all) examples[code] ??= problemExampleRef(code);
  refusal.description = (Object.keys(examples) as ProblemCode[])
    .map((code) => `\`${code}\`: ${PROBLEMS[code].title}`)
    .join('. ');
  // Only signed-in routes send policy headers; their 429 has them already.
  if (!refusal.headers?.['RateLimit']) return;
  for (const [status, response] of Object.entries(responses))
    if (Number(status) < 300) response.headers = { ...ROUTE_LIMIT_HEADERS, ...response.headers };
}
