import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../platform/problem/problem.js';

/** RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1). */
const BEARER = /^bearer[ \t]+([A-Za-z0-9._~+/-]+=*)[ \t]*$/i;
const SCHEME = 'bearer';
/** What stands in the token's place when there is none: what programs write, and the scheme once more. */
const NO_TOKENS = ['undefined', 'null', 'none', 'nil', 'nan', 'false', 'true', SCHEME];

/** The request's bearer token; null without one. */
export function bearerToken(request: Pick<FastifyRequest, 'headers'>): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const token = BEARER.exec(header)?.[1];
  return token === undefined || NO_TOKENS.includes(token.toLowerCase()) ? null : token;
}

/**
 * The 401 of a request without a bearer token. It tells which slip the header has, because "sign in" would be no help to a
 * person who has signed in; never anything of the token.
 */
export function withoutToken({ headers: { authorization } }: Pick<FastifyRequest, 'headers'>): Problem {
  const slip = authorization === undefined ? undefined : slipOf(authorization);
  return new Problem('unauthenticated', slip && `${slip} Send \`Authorization: Bearer <access token>\`.`);
}

function slipOf(header: string): string {
  const [first = '', second, third] = header.split(/[ \t]+/, 3);
  const scheme = first.toLowerCase();
  if (first === '') return 'The Authorization header is empty.';
  if (scheme !== SCHEME) {
    if (second !== undefined) return 'The Authorization header has another scheme than Bearer.';
    return isQuoted(first) || first.includes('.')
      ? 'The Authorization header has a token without its scheme.'
      : 'The Authorization header has no scheme that is known here.';
  }
  if (second === undefined || second === '') return 'The Authorization header has no token after Bearer.';
  if (second.toLowerCase() === SCHEME)
    return 'The Authorization header has the word Bearer twice: the token was pasted together with it.';
  if (NO_TOKENS.includes(second.toLowerCase()))
    return 'The Authorization header has a word where the token should be.';
  if (isQuoted(second)) return 'The token stands in quotes.';
  if (third !== undefined) return 'The token has white space in it.';
  return 'The token has characters that no token has: perhaps a placeholder was not filled in.';
}

const QUOTES = ['"', "'", '`', '%22'];
const isQuoted = (text: string): boolean =>
  QUOTES.some((quote) => text.startsWith(quote) || text.endsWith(quote));

/** The bearer token of an open route, unchecked. */
export const BearerToken = createParamDecorator((_: unknown, context: ExecutionContext): string | null =>
  bearerToken(context.switchToHttp().getRequest<FastifyRequest>()),
);
