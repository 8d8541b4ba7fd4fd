import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import { Problem } from '../platform/problem/problem.js';
import { UsersService } from '../users/users.service.js';

/** Marks the routes that need a fresh session. */
export const NEEDS_FRESH_SESSION = 'admin:needs-fresh-session';

/**
 * Operators' access and audit: the guard of every route below `/admin/api`.
 *
 * Problem: an operator can suspend, delete and read accounts. A stolen or outdated role must not be enough for that, the
 * routes must not be discoverable, and each action must remain provable.
 *
 * How it works: the role is read from the database on every request; a token does not contain it and no process caches it,
 * so a revoked role ends at once. Users without the role get 404, before their request is validated. Actions that a stolen
 * session must not be able to do require a fresh session (`fresh`). Roles are granted only on the command line, by a person
 * with access to the database; no route changes a role, and admins cannot act on the accounts of admins (user-actions.service.ts).
 *
 * Audit: every action is an entry in the audit log, written in the transaction of the action: both exist or neither. The
 * database refuses changes and deletions of entries, also by the application. Where an action calls Stripe or a queue the entry
 * is written before it, and a failure is a second entry. Entries contain ids, reasons and states, no numbers and no texts.
 *
 * Texts: lists show counts and states only. Reading a room needs ADMIN_CAN_READ_MESSAGES, a reason and a time-limited access;
 * each page read is an entry, and the owner finds them in the data export (room-reading.service.ts).
 *
 * When the database is down operators can do nothing, like all users. There is one role, without levels.
 * @throws Problem `not_found`; then `step_up_required`, where the route requires a fresh session
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
