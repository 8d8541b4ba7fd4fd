import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../../platform/outbox/outbox.js';
import { UsersService } from '../../users/users.service.js';
import { SubscriptionsRepository } from '../subscription/subscriptions.repository.js';

/** Tells the app's server that a user's tier, its end or a subscription changed, with the state after the change. */
@Injectable()
export class SubscriptionEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly users: UsersService,
    private readonly subscriptions: SubscriptionsRepository,
  ) {}

  /** Writes the event in the transaction of the change, which holds the account's lock. */
  async changed(userId: string, manager: EntityManager): Promise<void> {
    if (!this.outbox.wants('subscription.changed')) return;
    const user = await this.users.find(userId, manager);
    if (!user) return;
    const subscriptions = await this.subscriptions.of(userId, manager);
    const data = {
      user_id: userId,
      tier: user.tier,
      ends_at: user.tierEndsAt?.toISOString() ?? null,
      granted_until: user.proGrantedUntil?.toISOString() ?? null,
      subscriptions: subscriptions.map(({ id, status }) => ({ id, status })),
    };
    await this.outbox.add('subscription.changed', { userId, data }, manager);
  }
}
