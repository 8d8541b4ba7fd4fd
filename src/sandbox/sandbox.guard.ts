import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { isLocalPeer } from '../platform/http/edge/local-peer.js';
import { Problem } from '../platform/problem/problem.js';
import { isForeignPage } from './foreign-page.js';

/**
 * Guards the routes below /sandbox, because the inbox contains the codes of all users and payments are free.
 * - Callers of other machines get 404, unless SANDBOX_PUBLIC is set.
 * - Pages of other sites, which can send forms without a preflight, get 400.
 */
@Injectable()
export class SandboxGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    this.admit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  /** For routes without a controller. @throws Problem `not_found`, `validation_failed` */
  admit(request: FastifyRequest): void {
    const { sandbox, http } = this.config;
    if (!sandbox.public && !isLocalPeer(request)) throw Problem.notFound();
    if (isForeignPage(request, http))
      throw new Problem(
        'validation_failed',
        'The request comes from a page of another site. Open the sandbox’s own page, or send the request from a script.',
      );
  }
}
