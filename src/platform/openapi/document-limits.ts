import type { ApiResponseOptions } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../problem/problem-table.js';
import { problemExampleRef } from './problem-examples.js';
import { ROUTE_LIMIT_HEADERS } from './shared-headers.js';

/** Where @nestjs/swagger keeps what `@ApiResponse` says of a handler. */
const RESPONSES = 'swagger/apiResponse';
const LIMIT_CODES = 'platform:limit-codes';

type Response = ApiResponseOptions & {
  content?: { 'application/problem+json': { examples: Record<string, unknown> } };
};

/**
 * Adds the limits of a route to its document: their codes to the 429, their headers to what succeeds. Called by `@Limit`
 * and by `@Operation`, whichever stands above the other: the second one finds what the first one left.
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
  // Only signed-in routes tell of policies: their 429 has the headers already.
  if (!refusal.headers?.['RateLimit']) return;
  for (const [status, response] of Object.entries(responses))
    if (Number(status) < 300) response.headers = { ...ROUTE_LIMIT_HEADERS, ...response.headers };
}
