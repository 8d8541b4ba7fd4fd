import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { newId } from '../../platform/crypto/id.js';
import { SmsSender, type Sms } from '../../platform/sms/sms-sender.js';
import { SandboxSmsRepository } from './sandbox-sms.repository.js';

/** The inbox keeps an SMS for a day, longer than the life of every code. */
const KEEP_MS = 24 * 3600 * 1000;

/** Stores SMS in an inbox that every caller on this machine can read. Logs their arrival, not their text. */
@Injectable()
export class SandboxSmsSender extends SmsSender {
  private readonly logger = new Logger('SandboxSms');

  constructor(
    private readonly inbox: SandboxSmsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async send({ to, text }: Sms): Promise<void> {
    const now = this.clock.now();
    await this.inbox.purge(new Date(now.getTime() - KEEP_MS));
    await this.inbox.insert({ id: newId(), mobileNumber: to, text, createdAt: now });
    this.logger.log('an SMS is in the inbox: GET /sandbox/sms');
  }

  override forget(mobileNumber: string, manager: EntityManager): Promise<void> {
    return this.inbox.deleteOfNumber(mobileNumber, manager);
  }
}
