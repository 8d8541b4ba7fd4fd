import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import type { Tier } from '../platform/config/tier.js';
import { TierSource } from '../platform/limits/tier-source.js';
import { tierAt } from './user.dto.js';
import { UsersRepository } from './users.repository.js';

/** The tier as the user's row has it at this moment. */
@Injectable()
export class UsersTierSource extends TierSource {
  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async tierOf(userId: string): Promise<Tier> {
    const user = await this.users.findById(userId);
    return user ? tierAt(user, this.clock.now()) : 'basic';
  }
}
