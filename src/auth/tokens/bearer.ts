import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../platform/problem/problem.js';

/** RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1). */
const BEARER = /^bearer[ \t]+([A-Za-z0-9._~+/-]+=*)[ \t]*$/i;
const SCHEME = 'bearer';
/** Words that programs send in place of a missing token, and the scheme repeated. */
const NO_TOKENS = ['undefined', 'null', 'none', 'nil', 'nan', 'false', 'true', SCHEME];

/** The request's bearer token; null without one. */
export function bearerToken(request: Pick<FastifyRequest, 'headers'>): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const token = BEARER.exec(header)?.[1];
  return token === undefined || NO_TOKENS.includes(token.toLowerCase()) ? null : token;
}

/**
 * The 401 of a request without a bearer token. It names the fault of the header, because "sign in" does not help a developer
 * whose user has signed in. It repeats nothing of the token.
 */
export function withoutToken({ headers: { authorization } }: Pick<FastifyRequest, 'headers'>): Problem {
  const fault = authorization === undefined ? undefined : headerFault(authorization);
  return new Problem('unauthenticated', fault && `${fault} Send \`Authorization: Bearer <access token>\`.`);
}

function headerFault(header: string): string {
  const [first = '', second, third] = header.split(/[ \t]+/, 3);
  const scheme = first.toLowerCase();
  if (first === '') return 'The Authorization header is empty.';
  if (scheme !== SCHEME) {
    if (second !== undefined) return 'The Authorization header must use the scheme Bearer.';
    return isQuoted(first) || first.includes('.')
      ? 'The Authorization header has a token without the scheme Bearer.'
      : 'The Authorization header has an unknown scheme.';
  }
  if (second === undefined || second === '') return 'The Authorization header has no token after Bearer.';
  if (second.toLowerCase() === SCHEME)
    return 'The Authorization header has the word Bearer twice: the token was pasted together with it.';
  if (NO_TOKENS.includes(second.toLowerCase()))
    return 'The Authorization header has a word in place of the token: the client’s variable is probably empty.';
  if (isQuoted(second)) return 'The token is in quotes. Remove them.';
  if (third !== undefined) return 'The token contains white space.';
  return 'The token contains invalid characters: a placeholder may not have been replaced.';
}

const QUOTES = ['"', "'", '`', '%22'];
const isQuoted = (text: string): boolean =>
  QUOTES.some((quote) => text.startsWith(quote) || text.endsWith(quote));

/** The bearer token of an open route, unchecked. */
export const BearerToken = createParamDecorator((_: unknown, context: ExecutionContext): string | null =>
  bearerToken(context.switchToHttp().getRequest<FastifyRequest>()),
);
