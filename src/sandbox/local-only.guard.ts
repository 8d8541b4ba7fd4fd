import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { isLocalPeer } from '../platform/http/local-peer.js';
import { Problem } from '../platform/http/problem.js';

/** For this machine only, unless SANDBOX_PUBLIC says what it says: the inbox holds everybody's codes, and who pays is anybody. */
@Injectable()
export class LocalOnlyGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.config.sandbox.public || isLocalPeer(context.switchToHttp().getRequest<FastifyRequest>()))
      return true;
    throw Problem.notFound();
  }
}
