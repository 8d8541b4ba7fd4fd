import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { API_BOUNDS, passedBound, type JsonBounds } from './json-bounds.js';
import { Problem } from '../../problem/problem.js';
import { readBody } from './read-body.js';
import { AddRouteConfig } from '../route-config.js';
import { isWellFormedText } from '../../fields/well-formed.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route gets its body as raw bytes, because a signature is verified before the body is parsed. */
    rawBody?: boolean;
    /** Maximum size of its body; {@link DEFAULT_BODY_KIB} by default. */
    bodyKiB?: number;
    /** Bounds of its JSON; {@link API_BOUNDS} by default. */
    bodyBounds?: JsonBounds;
  }
}

const KIB = 1024;
/** Enough for mobile numbers, codes, passwords of 128 characters, and refresh tokens. */
export const DEFAULT_BODY_KIB = 8;
/** A system prompt of 8,000 emoji, each escaped as `\ud83d\ude00`, has 94 KiB. */
export const ROOM_BODY_KIB = 128;
/** A message of 32,000 such emoji has 375 KiB. */
export const MESSAGE_BODY_KIB = 512;

/** Passes the body to the route as a Buffer. */
export const RawBody = (): MethodDecorator => AddRouteConfig({ rawBody: true });

/** Sets the size of the route's body, and its JSON bounds where they are larger than usual. */
export const BodyLimit = (kib: number, bounds?: JsonBounds): MethodDecorator =>
  AddRouteConfig({ bodyKiB: kib, ...(bounds && { bodyBounds: bounds }) });

/** Hook for Fastify's onRoute: a body is refused by its Content-Length, or at the first byte above the limit. */
export function limitBody(route: RouteOptions): void {
  route.bodyLimit = (route.config?.bodyKiB ?? DEFAULT_BODY_KIB) * KIB;
}

/**
 * Accepts bodies as the contract says: JSON. An absent or empty body is `{}`, with any Content-Type; any other media type
 * is 415.
 */
export function acceptJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', (request: FastifyRequest, _payload, done) => {
    const { rawBody, bodyBounds } = request.routeOptions.config;
    readBody(request, (error, body) => {
      if (error || !body || rawBody) {
        done(error, body);
        return;
      }
      try {
        done(null, parseJsonBody(body, request.headers['content-encoding'], bodyBounds));
      } catch (refusal) {
        done(refusal as Error, undefined);
      }
    });
  });
  server.addContentTypeParser('*', (_request, _payload, done) =>
    done(new Problem('unsupported_media_type'), undefined),
  );
  server.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    dropTypeWithoutBody(request);
    done();
  });
}

/**
 * Removes the Content-Type of a request without a body: `curl -d ''` sends a form's type and no bytes, and some clients
 * name a type on each DELETE (RFC 9112 §6.3). Fastify would refuse an unknown type.
 */
function dropTypeWithoutBody({ headers, routeOptions }: FastifyRequest): void {
  const { 'content-type': type, 'content-length': length = '0', 'transfer-encoding': coding } = headers;
  if (type === undefined || length !== '0' || coding !== undefined) return;
  if (!routeOptions.config.rawBody) delete headers['content-type'];
}

/**
 * Parses a JSON body (RFC 8259).
 * @throws Problem `malformed_json`, also above the bounds; `validation_failed` for text that PostgreSQL or JSON cannot
 * hold (NUL, lone surrogates, bytes that are not UTF-8), and for keys that reach prototypes; `unsupported_media_type` for
 * a compressed body
 */
export function parseJsonBody(body: Buffer, contentEncoding?: string, bounds = API_BOUNDS): unknown {
  // Codings are case-insensitive (RFC 9110 §8.4.1).
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
    throw new Problem('unsupported_media_type', 'Send the body without Content-Encoding.');
  if (!isUtf8(body)) throw invalidCharacters('');
  const text = body.toString('utf8');
  // A byte order mark is not JSON, but RFC 8259 §8.1 lets a parser skip it.
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (json.trim() === '') return undefined;
  if (json.includes('\0')) throw invalidCharacters('');
  const passed = passedBound(json, bounds);
  if (passed !== null) throw new Problem('malformed_json', `The body ${passed}.`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Problem('malformed_json');
  }
  // In well-formed UTF-8, a lone surrogate or NUL can only be an escape: a text without escapes needs no search.
  checkTree(value, json.includes('\\u'));
  return value;
}

/** Checks the parsed tree, which {@link passedBound} has found to be small. */
function checkTree(value: unknown, escaped: boolean, path = ''): void {
  if (typeof value === 'string') {
    if (escaped && !isWellFormedText(value)) throw invalidCharacters(path);
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      if (escaped && !isWellFormedText(key)) throw invalidCharacters(path);
      if (!Array.isArray(value)) refusePrototype(value, key, path);
      checkTree((value as Record<string, unknown>)[key], escaped, path === '' ? key : `${path}.${key}`);
    }
  }
}

/** Such a key, copied onto another object, would change the members that every object inherits. */
function refusePrototype(value: object, key: string, path: string): void {
  const child = (value as Record<string, unknown>)[key];
  const reachesPrototype =
    key === '__proto__' ||
    (key === 'constructor' &&
      typeof child === 'object' &&
      child !== null &&
      Object.hasOwn(child, 'prototype'));
  if (!reachesPrototype) return;
  const field = path === '' ? key : `${path}.${key}`;
  throw Problem.field(shortened(field), 'unknown_field', `${shortened(key)} is not a field of this request.`);
}

function invalidCharacters(path: string): Problem {
  return Problem.field(
    shortened(path),
    'invalid_characters',
    'The text contains NUL, a lone surrogate, or bytes that are not UTF-8.',
  );
}

/** Shortened, because a path of long keys would be as long as the body. */
export const shortened = (path: string): string => (path.length > 100 ? `${path.slice(0, 100)}…` : path);
