import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../problem/problem.js';

const KIB = 1024;
/**
 * Number of pieces that may be small; beyond it their average size counts. A body of 512 KiB in pieces of one byte costs
 * seconds and 100 MB, because each piece is an event and an object. TCP segments have 536 bytes or more.
 */
const SMALL_PIECES = 256;
const LEAST_AVERAGE_BYTES = 128;
/** Bytes that are read of a refused body, so that its sender receives the response; then the connection is closed. */
const MAX_UNREAD_BYTES = 1024 * KIB;

/** The body is larger than its route accepts. */
export const bodyTooLarge = ({ routeOptions: { bodyLimit } }: FastifyRequest): Problem =>
  new Problem(
    'payload_too_large',
    `The body is larger than the ${bodyLimit / KIB} KiB that this route accepts.`,
  );

const tooManyPieces = (): Problem =>
  new Problem('malformed_json', `The body comes in pieces of fewer than ${LEAST_AVERAGE_BYTES} bytes.`);

const isTooFine = (pieces: number, bytes: number): boolean =>
  pieces > SMALL_PIECES && bytes < pieces * LEAST_AVERAGE_BYTES;

/**
 * Reads a body up to its route's limit. A body whose Content-Length exceeds it is refused unread.
 * @param done gets the body, or `payload_too_large`, `malformed_json` for pieces that are too small, or the error of the
 * stream
 */
export function readBody(request: FastifyRequest, done: (error: Error | null, body?: Buffer) => void): void {
  const { raw, routeOptions } = request;
  const limit = routeOptions.bodyLimit;
  if (Number(request.headers['content-length']) > limit) {
    done(bodyTooLarge(request));
    return;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  const finish = (error?: Error) => {
    raw.off('data', onData).off('end', finish).off('error', finish);
    if (error) done(error);
    else done(null, Buffer.concat(pieces, bytes));
  };
  const onData = (piece: Buffer) => {
    bytes += piece.length;
    pieces.push(piece);
    if (bytes > limit) finish(bodyTooLarge(request));
    else if (isTooFine(pieces.length, bytes)) finish(tooManyPieces());
  };
  raw.on('data', onData).on('end', finish).on('error', finish);
  raw.resume();
}

/** Limits the rest of a body, which Node reads after the response. */
export function boundUnreadBodies(server: FastifyInstance): void {
  server.addHook('onResponse', ({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    if (!raw.complete && !raw.destroyed) discard(raw, raw.socket);
    done();
  });
}

/** Reads and discards further bytes; above the bound the connection is closed. */
export function discard(
  source: { on: (event: 'data', listener: (piece: Buffer) => void) => unknown },
  socket: Pick<Socket, 'destroy'>,
): void {
  let bytes = 0;
  let pieces = 0;
  source.on('data', (piece: Buffer) => {
    bytes += piece.length;
    pieces += 1;
    if (bytes > MAX_UNREAD_BYTES || isTooFine(pieces, bytes)) socket.destroy();
  });
}
