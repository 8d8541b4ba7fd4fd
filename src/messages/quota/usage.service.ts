import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { Problem } from '../../platform/problem/problem.js';
import type { DailyLimit } from './daily-limit.js';
import { toUsage, type UsageDto } from './usage.dto.js';
import { UsageRepository } from './usage.repository.js';

@Injectable()
export class UsageService {
  constructor(
    private readonly usage: UsageRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `session_ended` when the account was deleted a moment ago */
  async today(userId: string, limit: DailyLimit): Promise<HttpAnswer<UsageDto>> {
    const found = await this.usage.find(userId, limit.day, this.clock.now());
    if (!found) throw new Problem('session_ended');
    return new HttpAnswer(toUsage(limit, found), limit.headers(found));
  }
}
