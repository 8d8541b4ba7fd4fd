import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { acceptedRequestId, newRequestId } from './request-id.js';
import { problemBody, PROBLEM_TYPE } from '../../problem/problem-reply.js';
import { Problem } from '../../problem/problem.js';
import { discard } from '../body/read-body.js';
import type { StandardHeaders } from './standard-headers.js';

/** What Node raises before there is a request: https://nodejs.org/api/http.html#event-clienterror */
export interface ClientError extends Error {
  code?: string;
  /** The bytes that could not be parsed. */
  rawPacket?: Buffer;
}

/** Where Node keeps the answer that a connection is working on; its own handler looks there, too. */
const PENDING = '_httpMessage' as const;
/** Long enough for a client to read why it was refused before its unread bytes make the connection reset. */
const LINGER_MS = 1000;

export interface RawProblemSettings {
  appUrl: () => string;
  headers: StandardHeaders;
  /** One line for the log. */
  log: (line: { requestId: string; status: number; code: string }) => void;
}

/** Answers what is not HTTP, too slow or too large for a request to exist: problem+json written by hand. */
export function onClientError(settings: RawProblemSettings): (error: ClientError, socket: Socket) => void {
  const answered = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser may raise one error a chunk of what it refuses.
    if (answered.has(socket)) return;
    answered.add(socket);
    // A second answer inside a started one would be read as its body.
    const pending = (socket as { [PENDING]?: ServerResponse })[PENDING];
    if (error.code === 'ECONNRESET' || !socket.writable || pending?.headersSent) {
      socket.destroy(error);
      return;
    }
    const problem = problemOf(error);
    const requestId = requestIdIn(error, pending) ?? newRequestId();
    settings.log({ requestId, status: problem.status, code: problem.code });
    socket.end(render(problem, { id: requestId, url: pathIn(error, pending) }, settings));
    discard(socket, socket);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}

function problemOf({ code }: ClientError): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large');
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new Problem('payload_too_large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout');
  return new Problem('validation_failed', 'This is not HTTP/1.1 as RFC 9112 has it.');
}

function render(
  problem: Problem,
  request: { id: string; url: string },
  { appUrl, headers }: RawProblemSettings,
): string {
  const body = JSON.stringify(problemBody(problem, request, appUrl()));
  const lines = Object.entries({
    ...headers,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': request.id,
    date: new Date().toUTCString(),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`;
  return [status, ...lines, '', body].join('\r\n');
}

/** Node refuses headers past 16 KiB, so no header that it has read stands behind this. */
const MAX_HEAD_BYTES = 16 * 1024;
/** A longer path names nothing; what is told of it is cut. */
const MAX_PATH_LENGTH = 2000;
const REQUEST_ID_HEADER = '\r\nx-request-id:';
/** Longer than any id that is accepted, white space around it included. */
const MAX_REQUEST_ID_LINE = 256;

/**
 * The id that the caller gave, where it can be found. Looks by index into bounded slices: the bytes are a stranger's, and
 * a regular expression that backtracks over them has stopped the process for seconds.
 */
function requestIdIn({ rawPacket }: ClientError, pending?: ServerResponse): string | null {
  const parsed = pending?.req.headers['x-request-id'];
  if (parsed !== undefined) return acceptedRequestId(parsed);
  const head = rawPacket?.toString('latin1', 0, MAX_HEAD_BYTES) ?? '';
  const at = head.toLowerCase().indexOf(REQUEST_ID_HEADER);
  if (at === -1) return null;
  const start = at + REQUEST_ID_HEADER.length;
  const line = head.slice(start, start + MAX_REQUEST_ID_LINE);
  const end = line.indexOf('\r\n');
  return end === -1 ? null : acceptedRequestId(line.slice(0, end).trim());
}

/** The path that was asked for, where it can be found, without its query. By index, as {@link requestIdIn}. */
function pathIn({ rawPacket }: ClientError, pending?: ServerResponse): string {
  if (pending?.req.url !== undefined) return pending.req.url;
  const line = (rawPacket?.toString('latin1', 0, MAX_PATH_LENGTH) ?? '').split('\r\n', 1)[0]!;
  const [method = '', target = ''] = line.split(' ', 2);
  return method !== '' && target.startsWith('/') ? target.split('?', 1)[0]! : '/';
}
