import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Problem } from '../../platform/problem/problem.js';
import { PURGE_BATCH, purgeInBatches } from '../../platform/maintenance/chores.js';
import { MAX_GUESSES, type Challenge, type ChallengePurpose } from './challenge.js';

/** The challenges that a guess or a resend can refer to: of this number, purpose, user and kind of delivery (SMS or sandbox). */
export interface ChallengeScope {
  purpose: ChallengePurpose;
  mobileNumber: string;
  /** Null before signing in. */
  userId: string | null;
  sandboxProven: boolean;
}

/** The challenges table. Before signing in a challenge belongs to its number, which every guess must name. */
@Injectable()
export class ChallengesRepository {
  constructor(private readonly database: Database) {}

  /** @throws Problem `session_ended` when its account has just been deleted */
  async insert(
    challenge: Omit<Challenge, 'wrongGuesses' | 'consumedAt'>,
    now: Date,
    manager: EntityManager,
  ): Promise<void> {
    const { id, purpose, mobileNumber, userId, profile, sandboxProven, expiresAt } = challenge;
    const json = profile === null ? null : JSON.stringify(profile);
    const row = { id, purpose, mobileNumber, profile: json, sandboxProven, now, expiresAt, userId };
    await this.database.run(INSERT, row, manager).catch((error: { constraint?: string }) => {
      throw error.constraint === 'challenges_user_id_fkey' ? new Problem('session_ended') : error;
    });
  }

  /** For the worker that sends the code: the job contains only the id. Primary key. */
  async find(id: Buffer): Promise<Challenge | null> {
    return this.database.one(FIND, { id });
  }

  /** Primary key challenges_pkey. */
  async findNamed(id: Buffer, scope: ChallengeScope, manager?: EntityManager): Promise<Challenge | null> {
    return this.database.one(FIND_NAMED, { id, ...scope }, manager);
  }

  /** Counts a guess at a live challenge before it is compared; null when there is none, or no guess left. Primary key. */
  async countGuess(id: Buffer, scope: ChallengeScope, now: Date): Promise<Challenge | null> {
    return this.database.one(COUNT_GUESS, { id, ...scope, now, maxGuesses: MAX_GUESSES });
  }

  /** The challenge that a guess without an id refers to. Index challenges_number_idx. */
  async findNewest(scope: ChallengeScope, now: Date): Promise<Challenge | null> {
    return this.database.one(FIND_NEWEST, { ...scope, now, maxGuesses: MAX_GUESSES });
  }

  /** Marks the challenge as used: true for exactly one of several concurrent calls. */
  async consume(id: Buffer, now: Date, manager: EntityManager): Promise<boolean> {
    return (await this.database.run(CONSUME, { id, now }, manager)).length === 1;
  }

  async delete(id: Buffer, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE, { id }, manager);
  }

  /** Deletes all challenges of a number. Index challenges_number_idx leaves out used ones; the table is small. */
  async deleteOfNumber(mobileNumber: string, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE_OF_NUMBER, { mobileNumber }, manager);
  }

  /** Index challenges_expires_at_idx. */
  async purge(before: Date): Promise<void> {
    await purgeInBatches(() => this.database.run(PURGE, { before, limit: PURGE_BATCH }));
  }
}

interface Guess {
  now: Date;
  maxGuesses: number;
}

const COLUMNS = columnsNamed<Challenge>(
  'id',
  'purpose',
  'mobileNumber',
  'userId',
  'profile',
  'wrongGuesses',
  'sandboxProven',
  'expiresAt',
  'consumedAt',
);

const INSERT = statement<{
  id: Buffer;
  purpose: ChallengePurpose;
  mobileNumber: string;
  profile: string | null;
  sandboxProven: boolean;
  now: Date;
  expiresAt: Date;
  userId: string | null;
}>(
  'challenge-insert',
  `insert into challenges (id, purpose, mobile_number, profile, sandbox_proven, created_at, expires_at, user_id)
         values (:id, :purpose, :mobileNumber, :profile, :sandboxProven, :now, :expiresAt, :userId)`,
);
const FIND = statement<{ id: Buffer }, Challenge>(
  'challenge-find',
  `select ${COLUMNS} from challenges where id = :id`,
);
const FIND_NAMED = statement<{ id: Buffer } & ChallengeScope, Challenge>(
  'challenge-find-named',
  `select ${COLUMNS} from challenges
         where id = :id and mobile_number = :mobileNumber and purpose = :purpose and sandbox_proven = :sandboxProven and user_id is not distinct from :userId`,
);
const COUNT_GUESS = statement<{ id: Buffer } & ChallengeScope & Guess, Challenge>(
  'challenge-count-guess',
  `update challenges set wrong_guesses = wrong_guesses + 1
         where id = :id and mobile_number = :mobileNumber and purpose = :purpose and sandbox_proven = :sandboxProven and user_id is not distinct from :userId
           and consumed_at is null and expires_at > :now and wrong_guesses < :maxGuesses
         returning ${COLUMNS}`,
);
const FIND_NEWEST = statement<ChallengeScope & Guess, Challenge>(
  'challenge-find-newest',
  `select ${COLUMNS} from challenges
         where mobile_number = :mobileNumber and purpose = :purpose and sandbox_proven = :sandboxProven and user_id is not distinct from :userId
           and consumed_at is null and expires_at > :now and wrong_guesses < :maxGuesses
         order by created_at desc, id desc limit 1`,
);
const CONSUME = statement<{ id: Buffer; now: Date }>(
  'challenge-consume',
  `update challenges set consumed_at = :now, profile = null where id = :id and consumed_at is null returning 1`,
);
const DELETE = statement<{ id: Buffer }>('challenge-delete', 'delete from challenges where id = :id');
const DELETE_OF_NUMBER = statement<{ mobileNumber: string }>(
  'challenges-delete-of-number',
  'delete from challenges where mobile_number = :mobileNumber',
);
const PURGE = statement<{ before: Date; limit: number }>(
  'challenges-purge',
  'delete from challenges where id in (select id from challenges where expires_at < :before limit :limit) returning 1',
);
