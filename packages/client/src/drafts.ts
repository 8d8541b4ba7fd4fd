import { newKey } from './key.js';
import type { KeyValueStore } from './store.js';

/** A message on its way. Its key finds it at the server, whether or not it has arrived. */
export interface Draft {
  roomId: string;
  content: string;
  key: string;
  /** When it was written, in milliseconds since 1970. */
  writtenAt: number;
  /** Id of its reply, once the server has accepted it. */
  replyId?: string;
}

/** How long the server finds a message by its key. An hour is left for clocks that differ. */
const KEY_LIVES_MS = 23 * 3600 * 1000;

/** True for a message that would be stored a second time if it had arrived: the server no longer finds it by its key. */
export const isExpired = ({ replyId, writtenAt }: Draft, now = Date.now()): boolean =>
  replyId === undefined && now - writtenAt > KEY_LIVES_MS;

const keyOf = (roomId: string): string => `chat.drafts.${roomId}`;

/** The messages whose replies were not read to their end, by room. */
export class Drafts {
  /** Serialises changes: each reads the result of the previous one. */
  private changing: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: KeyValueStore) {}

  async of(roomId: string): Promise<Draft[]> {
    const text = await this.store.getItem(keyOf(roomId));
    return text === null ? [] : (JSON.parse(text) as Draft[]);
  }

  async add(roomId: string, content: string): Promise<Draft> {
    const draft = { roomId, content, key: newKey(), writtenAt: Date.now() };
    await this.change(roomId, (drafts) => [...drafts, draft]);
    return draft;
  }

  /** The message as it is stored now. */
  async find({ roomId, key }: Draft): Promise<Draft | undefined> {
    return (await this.of(roomId)).find((one) => one.key === key);
  }

  /** Notes that the server has accepted a message: from now on its reply is followed, and the message is not sent again. */
  accept({ roomId, key }: Draft, replyId: string): Promise<void> {
    return this.change(roomId, (drafts) =>
      drafts.map((one) => (one.key === key ? { ...one, replyId } : one)),
    );
  }

  remove({ roomId, key }: Draft): Promise<void> {
    return this.change(roomId, (drafts) => drafts.filter((one) => one.key !== key));
  }

  private change(roomId: string, edit: (drafts: Draft[]) => Draft[]): Promise<void> {
    const change = this.changing.then(() =>
      this.locked(async () => {
        const drafts = edit(await this.of(roomId));
        if (drafts.length === 0) await this.store.removeItem(keyOf(roomId));
        else await this.store.setItem(keyOf(roomId), JSON.stringify(drafts));
      }),
    );
    this.changing = change.catch(() => undefined);
    return change;
  }

  /** Other tabs change the same entry. */
  private locked(work: () => Promise<void>): Promise<void> {
    return typeof this.store.lock === 'function' ? this.store.lock(work) : work();
  }
}
