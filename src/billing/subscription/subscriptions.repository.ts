import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Not, Repository, type EntityManager } from 'typeorm';
import { Subscription } from './subscription.entity.js';

/** The stored subscriptions to Pro. */
@Injectable()
export class SubscriptionsRepository {
  constructor(@InjectRepository(Subscription) private readonly subscriptions: Repository<Subscription>) {}

  /** Newest first. Index subscriptions_user_id_idx. */
  of(userId: string, manager?: EntityManager): Promise<Subscription[]> {
    return this.in(manager).find({ where: { userId }, order: { startedAt: 'desc', id: 'desc' } });
  }

  /** Replaces the stored subscriptions by those read from Stripe. */
  async replace(userId: string, read: Subscription[], manager: EntityManager): Promise<void> {
    const table = this.in(manager);
    if (read.length > 0) await table.upsert(read, ['id']);
    const ids = read.map(({ id }) => id);
    await table.delete(ids.length > 0 ? { userId, id: Not(In(ids)) } : { userId });
  }

  private in(manager: EntityManager | undefined): Repository<Subscription> {
    return manager ? manager.getRepository(Subscription) : this.subscriptions;
  }
}
