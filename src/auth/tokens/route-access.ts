import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { IS_PUBLIC } from '../../platform/http/principal.js';
import { OWN_TOKENS_ONLY } from './own-tokens-only.decorator.js';

/** Access rules of a route. */
export interface Access {
  /** No token required. */
  open: boolean;
  /** Tokens of trusted issuers are refused. */
  ownTokensOnly: boolean;
}

/** Access rules from each route's decorators, read once per route. */
export class RouteAccess {
  private readonly known = new Map<unknown, Access>();

  constructor(private readonly reflector: Reflector) {}

  of(context: ExecutionContext): Access {
    const handler = context.getHandler();
    let access = this.known.get(handler);
    if (!access) {
      const targets = [handler, context.getClass()];
      const says = (key: string) => this.reflector.getAllAndOverride<true | undefined>(key, targets) ?? false;
      access = { open: says(IS_PUBLIC), ownTokensOnly: says(OWN_TOKENS_ONLY) };
      this.known.set(handler, access);
    }
    return access;
  }
}
