import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';

/** Identifies a repeat: the client's key and the fingerprint of the request. */
export interface Idempotency {
  key: string;
  /** SHA-256 of method, path and body. */
  fingerprint: Buffer;
}

const VISIBLE_ASCII = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * The request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), quotes stripped, with its fingerprint;
 * null without the header.
 * @throws Problem `validation_failed` for a key that is not 1–255 visible ASCII characters
 */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): Idempotency | null =>
    idempotencyOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

export function idempotencyOf(request: FastifyRequest): Idempotency | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!VISIBLE_ASCII.test(key))
    throw Problem.field(
      'Idempotency-Key',
      'invalid',
      'Idempotency-Key must be 1–255 visible ASCII characters.',
    );
  const fingerprint = createHash('sha256')
    .update(`${request.method} ${fingerprintPath(request.url)}\n`)
    .update(canonicalJson(request.body ?? {}))
    .digest();
  return { key, fingerprint };
}

/** The path without `/stream` and query: a repeat may ask for the other form of the same operation. */
const fingerprintPath = (url: string): string =>
  url
    .split('?', 1)[0]!
    .replace(/\/$/, '')
    .toLowerCase()
    .replace(/\/stream$/, '');

/** JSON with sorted keys: a client library may reorder them on a retry. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
