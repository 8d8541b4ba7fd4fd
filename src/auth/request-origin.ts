import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isLocalPeer } from '../platform/http/edge/local-peer.js';

/** Origin of a request. */
export interface RequestOrigin {
  /** The client's address: the socket's, or the one that trusted proxies report (TRUST_PROXY). */
  address: string;
  /** Its User-Agent, shortened: a hint for the list of sessions. */
  device: string | null;
  /** Whether it comes from this machine, without a proxy. */
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

/** Printable ASCII only: the text is shown in the list of sessions. */
function deviceOf(userAgent: string | undefined): string | null {
  const text = (userAgent ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, DEVICE_MAX);
  return text === '' ? null : text;
}
