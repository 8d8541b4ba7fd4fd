import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import { Problem } from '../platform/problem/problem.js';
import { UsersService } from '../users/users.service.js';

/** Marks the routes that need a fresh session. */
export const NEEDS_FRESH_SESSION = 'admin:needs-fresh-session';

/**
 * Admins only, by the role that the database holds at this very request: a token says nothing of it, and nothing is
 * remembered. To everybody else there is no such address, and nothing that they send is looked at.
 * @throws Problem `not_found`; then `step_up_required`, where the route asks for a fresh session
 */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!principal || !(await this.users.isAdmin(principal.userId))) throw Problem.notFound();
    if (this.reflector.get<true | undefined>(NEEDS_FRESH_SESSION, context.getHandler()))
      await this.sessions.assertFresh(principal);
    return true;
  }
}
