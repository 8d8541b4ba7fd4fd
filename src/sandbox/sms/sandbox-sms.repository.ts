import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** An SMS in the sandbox's inbox. */
export interface SandboxSms {
  id: string;
  mobileNumber: string;
  text: string;
  createdAt: Date;
}

/** The inbox of the SMS sandbox. */
@Injectable()
export class SandboxSmsRepository {
  constructor(private readonly database: Database) {}

  async insert(sms: SandboxSms): Promise<void> {
    await this.database.run(INSERT, sms);
  }

  /** Newest first, older than `before`. Index sandbox_sms_mobile_number_idx, or the primary key without a number. */
  list(mobileNumber: string | null, before: string | null, limit: number): Promise<SandboxSms[]> {
    return mobileNumber === null
      ? this.database.run(LIST_ALL, { before, limit })
      : this.database.run(LIST_OF_NUMBER, { before, limit, mobileNumber });
  }

  /** Index sandbox_sms_mobile_number_idx. */
  async deleteOfNumber(mobileNumber: string, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE_OF_NUMBER, { mobileNumber }, manager);
  }

  /** Index sandbox_sms_created_at_idx. */
  async purge(before: Date): Promise<void> {
    await this.database.run(PURGE, { before });
  }
}

const COLUMNS = columnsNamed<SandboxSms>('id', 'mobileNumber', 'text', 'createdAt');

const INSERT = statement<SandboxSms>(
  'sandbox-sms-insert',
  'insert into sandbox_sms (id, mobile_number, text, created_at) values (:id, :mobileNumber, :text, :createdAt)',
);
const LIST_ALL = statement<{ before: string | null; limit: number }, SandboxSms>(
  'sandbox-sms-list',
  `select ${COLUMNS} from sandbox_sms
         where (:before::uuid is null or id < :before) order by id desc limit :limit`,
);
const LIST_OF_NUMBER = statement<{ before: string | null; limit: number; mobileNumber: string }, SandboxSms>(
  'sandbox-sms-list-of-number',
  `select ${COLUMNS} from sandbox_sms
         where mobile_number = :mobileNumber and (:before::uuid is null or id < :before) order by id desc limit :limit`,
);
const DELETE_OF_NUMBER = statement<{ mobileNumber: string }>(
  'sandbox-sms-delete-of-number',
  'delete from sandbox_sms where mobile_number = :mobileNumber',
);
const PURGE = statement<{ before: Date }>(
  'sandbox-sms-purge',
  'delete from sandbox_sms where created_at < :before',
);
