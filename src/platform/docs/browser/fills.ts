import { nameOf, succeeded, textAt, type Call, type Operation } from './call.js';

/** A value of a response, and the field of a later request that it fills. */
export interface Fill extends Operation {
  in: 'path' | 'body';
  /** Name of the path parameter or of the body's member. */
  name: string;
  value: string;
}

/** Operation that verifies the code, by the operation that sends it. */
const CODES: Record<string, string> = {
  'POST /auth/signup': '/auth/verify-otp',
  'POST /auth/send-otp': '/auth/verify-otp',
  'POST /auth/forgot-password': '/auth/reset-password',
  'POST /auth/step-up': '/auth/step-up',
  'POST /user/me/mobile-number': '/user/me/mobile-number/confirm',
};
/** Operations that ask for the number of the signed-in user again. */
const NUMBERS = [
  '/auth/send-otp',
  '/auth/verify-otp',
  '/auth/login',
  '/auth/forgot-password',
  '/auth/reset-password',
];
const REFRESH_TOKENS = ['/auth/refresh', '/auth/logout'];
/** Operations that respond with a room. */
const ROOMS = ['POST /chatroom', 'GET /chatroom/{id}', 'PATCH /chatroom/{id}'];

/**
 * The values of a response that later requests need: the code for its verification, a room's id for operations of the
 * room, a reply's id for those of the reply.
 * @param operations all operations of the document
 */
export function fillsAfter(call: Call, operations: readonly Operation[]): Fill[] {
  if (!succeeded(call)) return [];
  return [...codeFills(call), ...numberFills(call), ...tokenFills(call), ...idFills(call, operations)];
}

function codeFills(call: Call): Fill[] {
  const path = CODES[nameOf(call)];
  if (path === undefined) return [];
  return ['otp', 'challenge_id'].flatMap((name) => inBody(path, name, textAt(call.answer, name)));
}

function numberFills(call: Call): Fill[] {
  if (!call.path.startsWith('/auth/')) return [];
  return NUMBERS.flatMap((path) => inBody(path, 'mobile_number', textAt(call.sent, 'mobile_number')));
}

const tokenFills = ({ answer }: Call): Fill[] =>
  REFRESH_TOKENS.flatMap((path) => inBody(path, 'refresh_token', textAt(answer, 'refresh_token')));

function idFills(call: Call, operations: readonly Operation[]): Fill[] {
  const room = ROOMS.includes(nameOf(call)) ? textAt(call.answer, 'id') : null;
  const [message, reply] = [textAt(call.answer, 'message', 'id'), textAt(call.answer, 'reply', 'id')];
  const inRooms = operations.filter(({ path }) => path.startsWith('/chatroom/{id}'));
  const ofMessages = inRooms.filter(({ path }) => path.includes('/{mid}'));
  return [
    ...inRooms.flatMap((operation) => inPath(operation, 'id', room)),
    // Only a user's message can be edited; all other operations need a reply.
    ...ofMessages.flatMap((operation) =>
      inPath(operation, 'mid', operation.path.endsWith('/edit') ? message : reply),
    ),
  ];
}

const inBody = (path: string, name: string, value: string | null): Fill[] =>
  value === null ? [] : [{ method: 'post', path, in: 'body', name, value }];

const inPath = ({ method, path }: Operation, name: string, value: string | null): Fill[] =>
  value === null ? [] : [{ method, path, in: 'path', name, value }];

/**
 * Sets the value in the body's text; null if the text must not change, because the person has typed another value or the
 * text is no JSON object.
 * @param current the field's current text
 * @param untouched values that the person did not type: the example's, and the value filled in before
 */
export function filledBody(
  current: string,
  name: string,
  value: string,
  untouched: readonly unknown[],
): string | null {
  const body = parsed(current);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const present = (body as Record<string, unknown>)[name];
  if (!isUntouched(present, untouched)) return null;
  return JSON.stringify({ ...body, [name]: value }, null, 2);
}

/** True for a value that the page filled in, or an empty field. */
export const isUntouched = (present: unknown, untouched: readonly unknown[]): boolean =>
  present === undefined || present === null || present === '' || untouched.includes(present);

/** Parses JSON; null for invalid JSON. */
export function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
