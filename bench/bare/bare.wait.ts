import type pg from 'pg';
import type { Finals } from './bare.finals.js';

const READ = {
  name: 'bare-reply',
  text: 'select * from messages where id = any($1::uuid[]) order by seq',
};

/** Waits for final replies, and reads each with its message: `Prefer: wait` of the bare server. */
export class BareWaits {
  private readonly waiting = new Map<string, () => void>();

  constructor(
    private readonly pool: pg.Pool,
    finals: Finals,
  ) {
    void finals.subscribe((replyId) => this.waiting.get(replyId)?.());
  }

  /** To be called before the reply is stored, so that no end is missed. */
  async finalOf(replyId: string): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.set(replyId, resolve));
    this.waiting.delete(replyId);
  }

  async read(messageId: string, replyId: string): Promise<unknown[]> {
    return (await this.pool.query({ ...READ, values: [[messageId, replyId]] })).rows;
  }
}
