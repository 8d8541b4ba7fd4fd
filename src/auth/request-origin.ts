import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isLocalPeer } from '../platform/http/edge/local-peer.js';

/** Where a request comes from. */
export interface RequestOrigin {
  /** The client's address: the socket's, or what the trusted hops say (TRUST_PROXY). */
  address: string;
  /** Its User-Agent, cut: a hint for the list of sessions. */
  device: string | null;
  /** Comes from this very machine, through no proxy. */
  isLocal: boolean;
}

const DEVICE_MAX = 200;

export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    address: request.ip,
    device: deviceOf(request.headers['user-agent']),
    isLocal: isLocalPeer(request),
  };
});

/** Printable ASCII only: the text is shown to people later. */
function deviceOf(userAgent: string | undefined): string | null {
  const text = (userAgent ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, DEVICE_MAX);
  return text === '' ? null : text;
}
