import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/problem/problem.js';

/** Answers 404 without ADMIN_CAN_READ_MESSAGES. @throws Problem `not_found` */
@Injectable()
export class RoomReadingGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(): boolean {
    if (!this.config.admin.canReadMessages) throw Problem.notFound();
    return true;
  }
}
