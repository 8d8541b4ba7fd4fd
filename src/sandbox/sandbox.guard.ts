import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { isLocalPeer } from '../platform/http/edge/local-peer.js';
import { Problem } from '../platform/problem/problem.js';
import { isForeignPage } from './foreign-page.js';

/**
 * Who may use what is below /sandbox: the inbox has the codes of all people, and a payment costs nothing.
 * - Callers on this machine only, unless SANDBOX_PUBLIC says what it says; for others there is nothing here (404).
 * - No page of another site, which may send a form here without asking (400).
 */
@Injectable()
export class SandboxGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    this.admit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  /** For routes that are no controller's. @throws Problem `not_found`, `validation_failed` */
  admit(request: FastifyRequest): void {
    const { sandbox, http } = this.config;
    if (!sandbox.public && !isLocalPeer(request)) throw Problem.notFound();
    if (isForeignPage(request, http))
      throw new Problem('validation_failed', 'The request comes from a page of another site.');
  }
}
