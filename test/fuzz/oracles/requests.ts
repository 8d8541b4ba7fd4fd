import { isUtf8 } from 'node:buffer';
import { isWellFormedText } from '../../../src/platform/fields/well-formed.js';
import type { Document, Operation, ValueSchema } from '../document.js';
import type { WireRequest } from '../requests/wire.js';

/** Bounds of bodies in the wire contract, which a schema cannot express. */
const MAX_MEMBERS = 100;
const MAX_VALUES = 1000;
const MAX_DEPTH = 32;
/** Scripts for the sandbox have wider bounds. */
const WIDER = /^\/sandbox\//;
/** The largest body in KiB, by path. */
const SIZES: [path: RegExp, kib: number][] = [
  [/^\/(webhook|sandbox)\/|\/message(\/stream)?\/?$/, 512],
  [/^\/chatroom(\/[^/]+)?\/?$/, 128],
];
const SMALLEST_KIB = 8;

/**
 * Deviations from the document that the contract permits, each with its reason; the fuzzer does not report them. `logOut`
 * always responds 204: a text that is no token ends nothing.
 */
const TOLERATED: Record<string, string[]> = { logOut: ['refresh_token'] };
/**
 * A correctly signed event that cannot be stored gets 200 and is ignored, because Stripe would send it again for days.
 * The fuzzer signs every event body correctly.
 */
const SIGNED = 'takeStripeEvent';

/** Accepts any text, also twice: an invalid event id means "from the start" (contract, stream events). */
const LENIENT_QUERY = 'last_event_id';
/** Query parameters that require each other, which OpenAPI cannot express. */
const TOGETHER: Record<string, string[]> = { findUsers: ['issuer', 'subject'] };

/** Passwords are not trimmed; every other text is trimmed before it is measured. */
const UNTRIMMED = /password/;

/** The rule of the document, or of the contract, that the request violates; null for an allowed request. */
export function forbiddenBy(document: Document, operation: Operation, request: WireRequest): string | null {
  return (
    queryFault(document, operation, request.path) ??
    headerFault(document, operation, request.headers) ??
    sizeFault(request) ??
    (operation.body && operation.id !== SIGNED ? bodyFaultOf(document, operation, request) : null)
  );
}

function queryFault(document: Document, operation: Operation, path: string): string | null {
  const query = new URLSearchParams(path.split('?').slice(1).join('?'));
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (place !== 'query' || name === LENIENT_QUERY) continue;
    const values = query.getAll(name);
    if (values.length === 0 && required) return `the query's ${name} is missing`;
    if (values.length === 0) continue;
    const fault =
      values.length > 1
        ? 'is given twice'
        : document.book.faultOf(schema, coerced(document, schema, values[0]!));
    if (fault) return `the query's ${name} ${fault}`;
  }
  const together = TOGETHER[operation.id] ?? [];
  const given = together.filter((name) => query.has(name));
  if (given.length > 0 && given.length < together.length) return `the query has ${given.join()} alone`;
  if (given.some((name) => !isWellFormedText(query.get(name)!))) return 'the query holds NUL';
  return null;
}

function sizeFault({ body, path }: WireRequest): string | null {
  const [plain = ''] = path.split('?');
  const kib = SIZES.find(([pattern]) => pattern.test(plain))?.[1] ?? SMALLEST_KIB;
  return (body?.length ?? 0) > kib * 1024 ? `the body has more than ${kib} KiB` : null;
}

function coerced(document: Document, schema: ValueSchema, text: string): unknown {
  const { type } = document.resolve(schema);
  return type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
}

/** Visible ASCII in the contract, quotes stripped: the schema's bounds alone do not express that. */
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

function headerFault(
  document: Document,
  operation: Operation,
  headers: WireRequest['headers'],
): string | null {
  for (const { name, in: place, schema } of operation.parameters) {
    if (place !== 'header') continue;
    const given = headers.filter(([other]) => other.toLowerCase() === name.toLowerCase());
    for (const [, value] of given) {
      const key = value.trim().replace(/^"(.*)"$/, '$1');
      if (name === 'Idempotency-Key' && !KEY.test(key)) return 'the Idempotency-Key is not visible ASCII';
      const fault = document.book.faultOf(schema, name === 'Idempotency-Key' ? key : value);
      if (fault) return `the header ${name} ${fault}`;
    }
  }
  return null;
}

function bodyFaultOf(document: Document, operation: Operation, request: WireRequest): string | null {
  const bytes = request.body ?? Buffer.alloc(0);
  const encoding = headerOf(request, 'content-encoding');
  const type = headerOf(request, 'content-type') ?? '';
  if (bytes.length > 0 && encoding !== undefined && encoding !== 'identity') return 'the body is compressed';
  if (bytes.length > 0 && !/^application\/json\s*(;|$)/i.test(type)) return `the body's type is ${type}`;
  const parsed = parse(bytes, WIDER.test(request.path));
  if ('fault' in parsed) return parsed.fault;
  const { value } = parsed;
  const schema = operation.body!.schema;
  const tolerated = TOLERATED[operation.id] ?? [];
  const judged = trimmed(value, '');
  if (typeof judged === 'object' && judged !== null)
    for (const name of tolerated) Reflect.deleteProperty(judged, name);
  const fault = document.book.faultOf(schema, judged);
  return fault && `the schema of the body: ${fault}`;
}

function parse(bytes: Buffer, isWide: boolean): { value: unknown } | { fault: string } {
  if (!isUtf8(bytes)) return { fault: 'the body is not UTF-8' };
  const text = bytes.toString().replace(/^\ufeff/, '');
  if (text.trim() === '') return { value: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'the body is not JSON' };
  }
  // The body itself is a value.
  const count = { values: 1, fault: null as string | null };
  // No schema of ours has a property `__proto__`, and Ajv ignores inherited properties.
  if (/"(__proto__|\\u005f_proto__)"\s*:/.test(text)) return { fault: 'the body has a member __proto__' };
  measure(value, 0, count, isWide);
  return count.fault ? { fault: count.fault } : { value };
}

function measure(
  value: unknown,
  depth: number,
  count: { values: number; fault: string | null },
  isWide: boolean,
): void {
  if (count.fault) return;
  if (typeof value === 'string' && !isWellFormedText(value))
    count.fault = 'a text holds NUL or a lone surrogate';
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) {
    count.fault = `the body is deeper than ${MAX_DEPTH}`;
    return;
  }
  const members = Object.entries(value);
  count.values += members.length;
  if (!isWide && !Array.isArray(value) && members.length > MAX_MEMBERS)
    count.fault = 'an object has too many members';
  if (!isWide && count.values > MAX_VALUES) count.fault = 'the body has too many values';
  for (const [name, member] of members) {
    if (!isWellFormedText(name)) count.fault = 'a name holds NUL or a lone surrogate';
    measure(member, depth + 1, count, isWide);
  }
}

/** A copy with its texts as the product measures them. */
function trimmed(value: unknown, name: string): unknown {
  if (typeof value === 'string') return UNTRIMMED.test(name) ? value : value.trim();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, trimmed(member, key)]));
}

export const headerOf = ({ headers }: WireRequest, name: string): string | undefined =>
  headers.find(([other]) => other === name)?.[1];
