import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { plainAddress } from './client-address.js';

/**
 * True for a request from this machine that did not pass a proxy on it. The socket decides; headers can only turn true
 * into false. The host is checked separately, for every route ({@link HostRule}).
 */
export function isLocalPeer(request: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  if (peer === null || !isLoopback(peer)) return false;
  return !Object.keys(request.headers).some(isForwarding);
}

const isLoopback = (address: string): boolean =>
  address === '::1' || (isIPv4(address) && address.startsWith('127.'));

/**
 * Headers of a client that forwards for another one: RFC 7239, RFC 9110 §7.6.3, X-Forwarded-* and
 * X-Original-Forwarded-For; X-Real-IP, CF-Connecting-IP, True-Client-IP, Fly-Client-IP and similar.
 */
const isForwarding = (name: string): boolean =>
  name === 'via' || name.includes('forwarded') || name.endsWith('-ip');
