import { setTimeout as pause } from 'node:timers/promises';
import type { Entry, Ledger } from './ledger.js';
import type { Requests } from './requests.js';

/**
 * Time after which every process bypasses the cache of a user whose invalidation failed: two seconds (promise 8), and a
 * margin.
 */
const BYPASS_MS = 3000;

/** Reads the room list after a write, at any process. */
export class ListReader {
  constructor(
    private readonly requests: Requests,
    private readonly ledger: Ledger,
  ) {}

  /** Asserts that the list contains the acknowledged message, at once or after the time of a bypass. */
  async expectFresh(entry: Entry): Promise<void> {
    const before = await this.countIn(entry);
    if (before === null || before >= entry.reply!.seq) return;
    await pause(BYPASS_MS);
    const after = await this.countIn(entry);
    if (after !== null && after < entry.reply!.seq)
      this.ledger.violate(
        'list',
        `room ${entry.roomId} has ${after} messages in the list, ${entry.reply!.seq} were acknowledged`,
      );
  }

  /** Null if the list could not be read. */
  private async countIn(entry: Entry): Promise<number | null> {
    const answer = await this.requests.get('/chatroom', entry.token);
    if (answer?.status !== 200) return null;
    this.ledger.counts.lists += 1;
    const rooms = answer.body.data as { id: string; message_count: number }[];
    return rooms.find(({ id }) => id === entry.roomId)?.message_count ?? 0;
  }
}
