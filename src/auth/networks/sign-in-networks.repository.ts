import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { PURGE_BATCH, purgeInBatches } from '../../platform/maintenance/chores.js';

/** Newest networks kept per account: a phone, a home and an office, with the addresses that they change to over time. */
const KEPT = 16;

/** Stored facts about a request for a code; the same two index probes for every number. */
export interface SenderRow {
  /** Owner of the number. */
  userId: string | null;
  /** Account that has signed in with this number from this network. */
  homeOf: string | null;
}

/** The table sign_in_networks: which accounts have signed in from which network, as keyed hashes of number and network. */
@Injectable()
export class SignInNetworksRepository {
  constructor(private readonly database: Database) {}

  /** Unique index users_mobile_number_key, primary key sign_in_networks_pkey. @param since older rows do not count */
  async findSender(mobileNumber: string, networkHash: Buffer, since: Date): Promise<SenderRow> {
    const row = await this.database.one(FIND_SENDER, { mobileNumber, networkHash, since });
    return row!;
  }

  /**
   * Records a network, and deletes the oldest above {@link KEPT}. Primary key, index sign_in_networks_user_id_idx.
   * @returns true if it was new; false, too, for an account that has just been deleted
   */
  async note(networkHash: Buffer, userId: string, now: Date): Promise<boolean> {
    try {
      const row = await this.database.one(NOTE, { networkHash, userId, now, keep: KEPT - 1 });
      return row!.isNew;
    } catch (error) {
      if ((error as { constraint?: string }).constraint === 'sign_in_networks_user_id_fkey') return false;
      throw error;
    }
  }

  /** Index sign_in_networks_user_id_idx. */
  async deleteOf(userId: string, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE_OF, { userId }, manager);
  }

  /** Index sign_in_networks_last_seen_at_idx. */
  async purge(before: Date): Promise<void> {
    await purgeInBatches(() => this.database.run(PURGE, { before, limit: PURGE_BATCH }));
  }
}

const FIND_SENDER = statement<{ mobileNumber: string; networkHash: Buffer; since: Date }, SenderRow>(
  'sign-in-network-find-sender',
  `select (select id from users where mobile_number = :mobileNumber) as "userId",
           (select user_id from sign_in_networks where network_hash = :networkHash and last_seen_at > :since) as "homeOf"`,
);
/** Skips a row that a concurrent sign-in of the same user is writing: the two never wait for each other. */
const NOTE = statement<{ networkHash: Buffer; userId: string; now: Date; keep: number }, { isNew: boolean }>(
  'sign-in-network-note',
  `
    with forgotten as (
      delete from sign_in_networks where network_hash in (
        select network_hash from sign_in_networks where user_id = :userId and network_hash <> :networkHash
        order by last_seen_at desc offset :keep for update skip locked
      )
    )
    insert into sign_in_networks as n (network_hash, user_id, first_seen_at, last_seen_at) values (:networkHash, :userId, :now, :now)
    on conflict on constraint sign_in_networks_pkey do update
    set user_id = excluded.user_id, last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)
    returning xmax = 0 as "isNew"`,
);
const DELETE_OF = statement<{ userId: string }>(
  'sign-in-networks-delete-of',
  'delete from sign_in_networks where user_id = :userId',
);
const PURGE = statement<{ before: Date; limit: number }>(
  'sign-in-networks-purge',
  `delete from sign_in_networks where network_hash in
           (select network_hash from sign_in_networks where last_seen_at < :before limit :limit) and last_seen_at < :before
         returning 1`,
);
