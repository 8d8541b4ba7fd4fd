import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { challengeIdText } from './challenge.js';

/** Which code is to be sent. Number and code are read and derived by whoever sends it (promise 10). */
export interface SendCodeJob {
  challengeId: string;
  /** A ceiling keeps it from being sent: the job is there because every request makes one. */
  muted?: true;
}

/** Jobs of the queue `sms`. */
@Injectable()
export class CodeQueue {
  constructor(@InjectQueue('sms') private readonly queue: Queue<SendCodeJob>) {}

  /** No id of our own: a resend is a new job of the same challenge, and a retained finished job would swallow it. */
  async add(challengeId: Buffer, send: boolean): Promise<void> {
    const job: SendCodeJob = { challengeId: challengeIdText(challengeId), ...(!send && { muted: true }) };
    await this.queue.add('send-code', job);
  }
}
