import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { challengeIdText } from './challenge.js';

/** Which code is to be sent. Number and code are read and derived by whoever sends it (promise 10). */
export interface SendCodeJob {
  challengeId: string;
}

/** Jobs of the queue `sms`. */
@Injectable()
export class CodeQueue {
  constructor(@InjectQueue('sms') private readonly queue: Queue<SendCodeJob>) {}

  /** No id of our own: a resend is a new job of the same challenge, and a retained finished job would swallow it. */
  async add(challengeId: Buffer): Promise<void> {
    await this.queue.add('send-code', { challengeId: challengeIdText(challengeId) });
  }
}
