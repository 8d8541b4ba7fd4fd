import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { acceptedRequestId, newRequestId } from './request-id.js';
import { problemBody, PROBLEM_TYPE } from '../../problem/problem-reply.js';
import { Problem } from '../../problem/problem.js';
import { discard } from '../body/read-body.js';
import type { StandardHeaders } from './standard-headers.js';

/** Errors that Node raises before there is a request: https://nodejs.org/api/http.html#event-clienterror */
export interface ClientError extends Error {
  code?: string;
  /** The bytes that could not be parsed. */
  rawPacket?: Buffer;
}

/** The field in which Node keeps the response that a connection is working on; Node's own handler reads it as well. */
const PENDING = '_httpMessage' as const;
/** Time for a client to read the refusal before its unread bytes reset the connection. */
const LINGER_MS = 1000;

export interface RawProblemSettings {
  appUrl: () => string;
  headers: StandardHeaders;
  /** One line for the log. */
  log: (line: { requestId: string; status: number; code: string }) => void;
}

/** Responds to bytes that are not HTTP, too slow or too large to become a request, with problem+json written by hand. */
export function onClientError(settings: RawProblemSettings): (error: ClientError, socket: Socket) => void {
  const answered = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser may raise one error per chunk of a refused packet.
    if (answered.has(socket)) return;
    answered.add(socket);
    // A second response inside a started one would be read as its body.
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

/** Node refuses headers above 16 KiB, so the header is not found behind this position. */
const MAX_HEAD_BYTES = 16 * 1024;
/** A longer path names no route; it is shortened in the report. */
const MAX_PATH_LENGTH = 2000;
const REQUEST_ID_HEADER = '\r\nx-request-id:';
/** Longer than any accepted id, with white space around it. */
const MAX_REQUEST_ID_LINE = 256;

/**
 * The request id that the caller sent, if it can be found. Searches by index in bounded slices: the bytes are untrusted,
 * and a backtracking regular expression over them has blocked the process for seconds.
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

/** The requested path without its query, if it can be found. Searches by index, as {@link requestIdIn}. */
function pathIn({ rawPacket }: ClientError, pending?: ServerResponse): string {
  if (pending?.req.url !== undefined) return pending.req.url;
  const line = (rawPacket?.toString('latin1', 0, MAX_PATH_LENGTH) ?? '').split('\r\n', 1)[0]!;
  const [method = '', target = ''] = line.split(' ', 2);
  return method !== '' && target.startsWith('/') ? target.split('?', 1)[0]! : '/';
}
