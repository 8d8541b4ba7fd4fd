import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { challengeIdText } from './challenge.js';

/** The challenge whose code to send. The job holds neither number nor code: the worker reads one and derives the other (promise 10). */
export interface SendCodeJob {
  challengeId: string;
  /** A send ceiling forbids the SMS. The job exists all the same, so that every request does the same work. */
  muted?: true;
}

/** Jobs of the queue `sms`. */
@Injectable()
export class CodeQueue {
  constructor(@InjectQueue('sms') private readonly queue: Queue<SendCodeJob>) {}

  /** Without a fixed job id: a resend is a new job of the same challenge, and a retained finished job would block its id. */
  async add(challengeId: Buffer, send: boolean): Promise<void> {
    const job: SendCodeJob = { challengeId: challengeIdText(challengeId), ...(!send && { muted: true }) };
    await this.queue.add('send-code', job);
  }
}
