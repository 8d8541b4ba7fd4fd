import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { namesEtag } from '../http/responses/etag.js';
import { codingFor } from './accept-encoding.js';
import type { KeptBytes } from './kept-bytes.js';

/** Something that is the same for every request: a page, a script, a style sheet, a document. */
export interface Resource {
  /** Media type, with its charset where it is text. */
  type: string;
  bytes: KeptBytes;
  /** Beside the standard ones. */
  headers?: Record<string, string>;
}

/**
 * Browsers and caches keep a resource but ask on each use whether it has changed (304): after a release no page runs
 * with scripts of the release before.
 */
const REVALIDATED = { 'cache-control': 'no-cache' };

/** Serves a resource at a path. Straight on Fastify: guards, limits and the OpenAPI document are for the API. */
export function serve(server: FastifyInstance, path: string, resource: Resource): void {
  // `compress: false`: the bytes are compressed already.
  server.get(path, { compress: false, config: { produces: ['*'] } }, (request, reply) =>
    send(request, reply, resource),
  );
}

/** Answers with a resource: in the best coding that the client takes, or 304 where it has that form. */
export async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, bytes, headers }: Resource,
): Promise<FastifyReply> {
  const form = await bytes.in(codingFor(request.headers['accept-encoding']));
  vary(reply, 'accept-encoding');
  reply.headers({ ...REVALIDATED, ...headers, etag: form.etag });
  if (namesEtag(request.headers['if-none-match'], form.etag)) return reply.code(304).send();
  if (form.coding !== 'identity') reply.header('content-encoding', form.coding);
  return reply.type(type).send(form.bytes);
}

/** Adds to Vary what the answer depends on; CORS may have named `Origin` there. */
export function vary(reply: FastifyReply, name: string): void {
  const present = reply.getHeader('vary');
  reply.header('vary', present === undefined ? name : `${String(present)}, ${name}`);
}
