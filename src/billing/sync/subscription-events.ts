import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Nudges } from '../../platform/bus/nudges.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { UsersService } from '../../users/users.service.js';
import { SubscriptionsRepository } from '../subscription/subscriptions.repository.js';

/** Tells the app's server and the user's open event streams that a tier, its end or a subscription changed, with the state after the change. */
@Injectable()
export class SubscriptionEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly nudges: Nudges,
    private readonly users: UsersService,
    private readonly subscriptions: SubscriptionsRepository,
  ) {}

  /** Writes the app's event in the transaction of the change, which holds the account's lock. */
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

  /** Nudges the user's event streams, after the commit: the tier, and with it the daily limit, has changed. */
  committed(userId: string): void {
    this.nudges.tell(userId, { type: 'subscription' }, { type: 'usage' });
  }
}
