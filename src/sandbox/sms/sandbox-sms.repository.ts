import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';

/** A text in the sandbox's inbox. */
export interface SandboxSms {
  id: string;
  mobile_number: string;
  text: string;
  created_at: Date;
}

/** The inbox of the SMS sandbox. */
@Injectable()
export class SandboxSmsRepository {
  constructor(private readonly database: Database) {}

  async insert({ id, mobile_number, text, created_at }: SandboxSms): Promise<void> {
    await this.database.run(INSERT, [id, mobile_number, text, created_at]);
  }

  /** Newest first, older than `before`. Index sandbox_sms_mobile_number_idx, or the primary key without a number. */
  list(mobileNumber: string | null, before: string | null, limit: number): Promise<SandboxSms[]> {
    return mobileNumber === null
      ? this.database.run<SandboxSms>(LIST_ALL, [before, limit])
      : this.database.run<SandboxSms>(LIST_OF_NUMBER, [before, limit, mobileNumber]);
  }

  /** Index sandbox_sms_mobile_number_idx. */
  async deleteOfNumber(mobileNumber: string, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE_OF_NUMBER, [mobileNumber], manager);
  }

  /** Index sandbox_sms_created_at_idx. */
  async purge(before: Date): Promise<void> {
    await this.database.run(PURGE, [before]);
  }
}

const INSERT = {
  name: 'sandbox-sms-insert',
  text: 'insert into sandbox_sms (id, mobile_number, text, created_at) values ($1, $2, $3, $4)',
};
const LIST_ALL = {
  name: 'sandbox-sms-list',
  text: `select id, mobile_number, text, created_at from sandbox_sms
         where ($1::uuid is null or id < $1) order by id desc limit $2`,
};
const LIST_OF_NUMBER = {
  name: 'sandbox-sms-list-of-number',
  text: `select id, mobile_number, text, created_at from sandbox_sms
         where mobile_number = $3 and ($1::uuid is null or id < $1) order by id desc limit $2`,
};
const DELETE_OF_NUMBER = {
  name: 'sandbox-sms-delete-of-number',
  text: 'delete from sandbox_sms where mobile_number = $1',
};
const PURGE = { name: 'sandbox-sms-purge', text: 'delete from sandbox_sms where created_at < $1' };
