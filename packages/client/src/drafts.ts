import { newKey } from './key.js';
import type { KeyValueStore } from './store.js';

/** A message on its way. Its key finds it at the server, whether or not it has arrived. */
export interface Draft {
  roomId: string;
  content: string;
  key: string;
  /** When it was written, in milliseconds since 1970. */
  writtenAt: number;
  /** Id of the message that it is another form of; without it the message is a new one. */
  editOf?: string;
  /** Id of its reply, once the server has accepted it. */
  replyId?: string;
}

/** How long the server finds a message by its key. An hour is left for clocks that differ. */
const KEY_LIVES_MS = 23 * 3600 * 1000;

/** True for a message that would be stored a second time if it had arrived: the server no longer finds it by its key. */
export const isExpired = ({ replyId, writtenAt }: Draft, now = Date.now()): boolean =>
  replyId === undefined && now - writtenAt > KEY_LIVES_MS;

const keyOf = (roomId: string): string => `chat.drafts.${roomId}`;

/** The entry that names the owner of all kept messages, and the rooms that have some: a store cannot list its keys. */
const INDEX_KEY = 'chat.drafts';

interface Index {
  owner: string;
  rooms: string[];
}

/**
 * The messages whose replies were not read to their end, by room. They belong to one user: they outlive a session that the
 * server ends, so that the same user finds them after the next sign-in, and are removed when another user signs in.
 */
export class Drafts {
  /** Serialises changes: each reads the result of the previous one. */
  private changing: Promise<unknown> = Promise.resolve();

  /** @param owner id of the user who is signed in; null without one */
  constructor(
    private readonly store: KeyValueStore,
    private readonly owner: () => Promise<string | null>,
  ) {}

  async of(roomId: string): Promise<Draft[]> {
    return (await this.isForeign(await this.index())) ? [] : this.read(roomId);
  }

  private async read(roomId: string): Promise<Draft[]> {
    const text = await this.store.getItem(keyOf(roomId));
    return text === null ? [] : (JSON.parse(text) as Draft[]);
  }

  async add(roomId: string, content: string, editOf?: string): Promise<Draft> {
    const writtenAt = Date.now();
    const draft: Draft = {
      roomId,
      content,
      key: newKey(),
      writtenAt,
      ...(editOf !== undefined && { editOf }),
    };
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

  /** Removes the messages of another user. Called after a sign-in. */
  claim(): Promise<void> {
    return this.serially(async () => void (await this.ownIndex()));
  }

  /** Removes all messages. Called at a sign-out. */
  forget(): Promise<void> {
    return this.serially(async () => this.removeAll(await this.index()));
  }

  private change(roomId: string, edit: (drafts: Draft[]) => Draft[]): Promise<void> {
    return this.serially(async () => {
      const index = await this.ownIndex();
      const drafts = edit(await this.read(roomId));
      const others = index.rooms.filter((one) => one !== roomId);
      // The index first: a message that it does not name would never be removed.
      if (drafts.length > 0) {
        await this.keep({ ...index, rooms: [...others, roomId] });
        await this.store.setItem(keyOf(roomId), JSON.stringify(drafts));
      } else {
        await this.store.removeItem(keyOf(roomId));
        await this.keep({ ...index, rooms: others });
      }
    });
  }

  private async index(): Promise<Index | null> {
    const text = await this.store.getItem(INDEX_KEY);
    return text === null ? null : (JSON.parse(text) as Index);
  }

  /** The index for the present user: without the messages of another one. */
  private async ownIndex(): Promise<Index> {
    const index = await this.index();
    if (index && !(await this.isForeign(index))) return index;
    await this.removeAll(index);
    return { owner: (await this.owner()) ?? '', rooms: [] };
  }

  /** A message whose session has just ended is still changed: without a user nothing is foreign. */
  private async isForeign(index: Index | null): Promise<boolean> {
    const owner = await this.owner();
    return index !== null && owner !== null && index.owner !== owner;
  }

  private async keep(index: Index): Promise<void> {
    if (index.rooms.length === 0) await this.store.removeItem(INDEX_KEY);
    else await this.store.setItem(INDEX_KEY, JSON.stringify(index));
  }

  private async removeAll(index: Index | null): Promise<void> {
    for (const roomId of index?.rooms ?? []) await this.store.removeItem(keyOf(roomId));
    await this.store.removeItem(INDEX_KEY);
  }

  private serially(work: () => Promise<void>): Promise<void> {
    const run = this.changing.then(() => this.locked(work));
    this.changing = run.catch(() => undefined);
    return run;
  }

  /** Other tabs change the same entry. */
  private locked(work: () => Promise<void>): Promise<void> {
    return typeof this.store.lock === 'function' ? this.store.lock(work) : work();
  }
}
