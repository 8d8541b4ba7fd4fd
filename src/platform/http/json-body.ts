import { isUtf8 } from 'node:buffer';
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';
import { isWellFormedText } from './well-formed.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes its body as the bytes that came: what is signed must not be read before it is checked. */
    rawBody?: boolean;
  }
}

/** Gives the route its body as a Buffer. */
export const RawBody = (): MethodDecorator => applyDecorators(RouteConfig({ rawBody: true }));

/** Our bodies are two levels deep, a script for the sandbox five. Deeper ones overflow the stack of whoever walks them. */
const MAX_DEPTH = 32;

/**
 * Takes bodies as the contract has them: JSON; an absent or empty one is `{}`, whatever its Content-Type says; any
 * other media type is 415.
 */
export function acceptJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      if (request.routeOptions.config.rawBody) {
        done(null, body);
        return;
      }
      try {
        done(null, parseJsonBody(body, request.headers['content-encoding']));
      } catch (error) {
        done(error as Error, undefined);
      }
    },
  );
  server.addContentTypeParser('*', (request: FastifyRequest, _payload, done) => {
    // `curl -d ''` sends a form's type with nothing in it.
    const empty = request.headers['content-length'] === '0';
    done(empty ? null : new Problem('unsupported_media_type'), undefined);
  });
}

/**
 * Reads a JSON body (RFC 8259).
 * @throws Problem `malformed_json`; `validation_failed` for what PostgreSQL text or JSON itself cannot hold (NUL, lone
 * surrogates, bytes that are not UTF-8), for keys that reach prototypes, and for nesting past {@link MAX_DEPTH};
 * `unsupported_media_type` for a compressed body
 */
export function parseJsonBody(body: Buffer, contentEncoding?: string): unknown {
  if (contentEncoding !== undefined && contentEncoding !== 'identity')
    throw new Problem('unsupported_media_type', 'Send the body without Content-Encoding.');
  if (!isUtf8(body)) throw invalidCharacters('');
  const text = body.toString('utf8');
  // A byte order mark is no JSON, but RFC 8259 §8.1 lets a reader skip it.
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (json.trim() === '') return undefined;
  if (json.includes('\0')) throw invalidCharacters('');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Problem('malformed_json');
  }
  // Well-formed UTF-8 holds a lone surrogate or NUL only as an escape: without one there is no text to look into.
  checkTree(value, json.includes('\\u'));
  return value;
}

interface Node {
  value: unknown;
  path: string;
  depth: number;
}

/** Walks without recursion: what is too deep to recurse into is what it looks for. */
function checkTree(root: unknown, escaped: boolean): void {
  const open: Node[] = [{ value: root, path: '', depth: 0 }];
  for (let node = open.pop(); node; node = open.pop()) {
    const { value, path, depth } = node;
    if (typeof value === 'string') {
      if (escaped && !isWellFormedText(value)) throw invalidCharacters(path);
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH)
        throw Problem.field(shortened(path), 'invalid', `The body is nested deeper than ${MAX_DEPTH}.`);
      for (const key of Object.keys(value)) {
        if (escaped && !isWellFormedText(key)) throw invalidCharacters(path);
        if (!Array.isArray(value)) refusePrototype(value, key, path);
        const child = (value as Record<string, unknown>)[key];
        if (typeof child !== 'string' && (typeof child !== 'object' || child === null)) continue;
        open.push({ value: child, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
      }
    }
  }
}

/** Copied onto another object such a key would change what every object inherits. */
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
  throw Problem.field(shortened(field), 'unknown_field', `There is no field ${key} here.`);
}

function invalidCharacters(path: string): Problem {
  return Problem.field(
    shortened(path),
    'invalid_characters',
    'The text holds NUL, a lone surrogate, or bytes that are not UTF-8.',
  );
}

/** A path as deep as a hostile body would be as long as the body. */
const shortened = (path: string): string => (path.length > 100 ? `${path.slice(0, 100)}…` : path);
