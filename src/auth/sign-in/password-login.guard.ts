import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/problem/problem.js';

/** Answers 404 on password routes with PASSWORD_LOGIN=off. */
@Injectable()
export class PasswordLoginGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(): boolean {
    if (!this.config.auth.passwordLogin) throw Problem.notFound();
    return true;
  }
}
