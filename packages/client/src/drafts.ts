import type { KeyValueStore } from './store.js';

/** A message on its way. Its key finds it at the server, whether or not it has arrived. */
export interface Draft {
  roomId: string;
  content: string;
  key: string;
}

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

  async add(draft: Draft): Promise<Draft> {
    await this.change(draft.roomId, (drafts) => [...drafts, draft]);
    return draft;
  }

  remove({ roomId, key }: Draft): Promise<void> {
    return this.change(roomId, (drafts) => drafts.filter((one) => one.key !== key));
  }

  private change(roomId: string, edit: (drafts: Draft[]) => Draft[]): Promise<void> {
    const change = this.changing.then(async () => {
      const drafts = edit(await this.of(roomId));
      if (drafts.length === 0) await this.store.removeItem(keyOf(roomId));
      else await this.store.setItem(keyOf(roomId), JSON.stringify(drafts));
    });
    this.changing = change.catch(() => undefined);
    return change;
  }
}
