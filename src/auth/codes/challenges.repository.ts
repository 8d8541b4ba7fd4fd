import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { PURGE_BATCH, purgeInBatches } from '../../platform/maintenance/chores.js';
import { MAX_GUESSES, type Challenge, type ChallengePurpose } from './challenge.js';

/** Which challenges a guess or a resend may mean: of this number, purpose and person, proven by what this process sends with. */
export interface ChallengeScope {
  purpose: ChallengePurpose;
  mobileNumber: string;
  /** Null: nobody is signed in. */
  userId: string | null;
  sandboxProven: boolean;
}

/** The challenges table. Where nobody is signed in yet, the number, which a guess must name, takes the owner's place. */
@Injectable()
export class ChallengesRepository {
  constructor(private readonly database: Database) {}

  /** @throws Problem `session_ended` when the account that it is for was deleted a moment ago */
  async insert(
    challenge: Omit<Challenge, 'wrongGuesses' | 'consumedAt'>,
    now: Date,
    manager: EntityManager,
  ): Promise<void> {
    const { id, purpose, mobileNumber, userId, profile, sandboxProven, expiresAt } = challenge;
    const json = profile === null ? null : JSON.stringify(profile);
    const row = [id, purpose, mobileNumber, json, sandboxProven, now, expiresAt, userId];
    await this.database.run(INSERT, row, manager).catch((error: { constraint?: string }) => {
      throw error.constraint === 'challenges_user_id_fkey' ? new Problem('session_ended') : error;
    });
  }

  /** For whoever sends the code: the job holds the id alone. Primary key. */
  async find(id: Buffer): Promise<Challenge | null> {
    const [row] = await this.database.run<Challenge>(FIND, [id]);
    return row ?? null;
  }

  /** Primary key challenges_pkey. */
  async findNamed(id: Buffer, scope: ChallengeScope, manager?: EntityManager): Promise<Challenge | null> {
    const [row] = await this.database.run<Challenge>(FIND_NAMED, [id, ...values(scope)], manager);
    return row ?? null;
  }

  /** Counts a guess at a live challenge before it is compared; null when there is none, or no guess left. Primary key. */
  async countGuess(id: Buffer, scope: ChallengeScope, now: Date): Promise<Challenge | null> {
    const [row] = await this.database.run<Challenge>(COUNT_GUESS, [id, ...values(scope), now, MAX_GUESSES]);
    return row ?? null;
  }

  /** What a guess without a name means. Index challenges_number_idx. */
  async findNewest(scope: ChallengeScope, now: Date): Promise<Challenge | null> {
    const [row] = await this.database.run<Challenge>(FIND_NEWEST, [...values(scope), now, MAX_GUESSES]);
    return row ?? null;
  }

  /** Uses the challenge up: true for exactly one of any number at once. */
  async consume(id: Buffer, now: Date, manager: EntityManager): Promise<boolean> {
    return (await this.database.run(CONSUME, [id, now], manager)).length === 1;
  }

  async delete(id: Buffer, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE, [id], manager);
  }

  /** Whatever was sent to a number, used or not. Index challenges_number_idx does not cover what is used; the table is small. */
  async deleteOfNumber(mobileNumber: string, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE_OF_NUMBER, [mobileNumber], manager);
  }

  /** Index challenges_expires_at_idx. */
  async purge(before: Date): Promise<void> {
    await purgeInBatches(() => this.database.run(PURGE, [before, PURGE_BATCH]));
  }
}

const values = ({ mobileNumber, purpose, sandboxProven, userId }: ChallengeScope) => [
  mobileNumber,
  purpose,
  sandboxProven,
  userId,
];

const COLUMNS = `id, purpose, mobile_number as "mobileNumber", user_id as "userId", profile, wrong_guesses as "wrongGuesses",
  sandbox_proven as "sandboxProven", expires_at as "expiresAt", consumed_at as "consumedAt"`;

const INSERT = {
  name: 'challenge-insert',
  text: `insert into challenges (id, purpose, mobile_number, profile, sandbox_proven, created_at, expires_at, user_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
};
const FIND = { name: 'challenge-find', text: `select ${COLUMNS} from challenges where id = $1` };
const FIND_NAMED = {
  name: 'challenge-find-named',
  text: `select ${COLUMNS} from challenges
         where id = $1 and mobile_number = $2 and purpose = $3 and sandbox_proven = $4 and user_id is not distinct from $5`,
};
const COUNT_GUESS = {
  name: 'challenge-count-guess',
  text: `update challenges set wrong_guesses = wrong_guesses + 1
         where id = $1 and mobile_number = $2 and purpose = $3 and sandbox_proven = $4 and user_id is not distinct from $5
           and consumed_at is null and expires_at > $6 and wrong_guesses < $7
         returning ${COLUMNS}`,
};
const FIND_NEWEST = {
  name: 'challenge-find-newest',
  text: `select ${COLUMNS} from challenges
         where mobile_number = $1 and purpose = $2 and sandbox_proven = $3 and user_id is not distinct from $4
           and consumed_at is null and expires_at > $5 and wrong_guesses < $6
         order by created_at desc, id desc limit 1`,
};
const CONSUME = {
  name: 'challenge-consume',
  text: `update challenges set consumed_at = $2, profile = null where id = $1 and consumed_at is null returning 1`,
};
const DELETE = { name: 'challenge-delete', text: 'delete from challenges where id = $1' };
const DELETE_OF_NUMBER = {
  name: 'challenges-delete-of-number',
  text: 'delete from challenges where mobile_number = $1',
};
const PURGE = {
  name: 'challenges-purge',
  text: 'delete from challenges where id in (select id from challenges where expires_at < $1 limit $2) returning 1',
};
