import { registerTexts } from '../../../ui/api/kept-texts.js';
import { localStore, removeEntries, tabStore } from '../../../ui/api/local-store.js';
import { Store } from '../../../ui/lib/store.js';

const PREFIX = 'chat.composer.';

/**
 * The text being typed, by person and room. It survives reloads and changes of room. Each tab has its own; the last one
 * typed in any tab is what a new tab begins with.
 */
export class ComposerText {
  private owner = '';
  private readonly stores = new Map<string, Store<string>>();

  /** Shows the texts of this person from now on, and removes those of others. */
  belongTo(userId: string): void {
    if (this.owner !== userId) this.stores.clear();
    this.owner = userId;
    removeEntries((key) => key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${userId}.`));
  }

  of(roomId: string): Store<string> {
    let store = this.stores.get(roomId);
    if (!store) {
      const key = this.keyOf(roomId);
      store = new Store(tabStore.getItem(key) ?? localStore.getItem(key) ?? '');
      this.stores.set(roomId, store);
    }
    return store;
  }

  set(roomId: string, text: string): void {
    const store = this.of(roomId);
    const before = store.get();
    const key = this.keyOf(roomId);
    store.set(text);
    // An empty entry as well: a reload must not bring the text of another tab.
    tabStore.setItem(key, text);
    if (text !== '') localStore.setItem(key, text);
    else if (localStore.getItem(key) === before) localStore.removeItem(key);
  }

  /** Puts a refused message back, before text typed since. */
  restore(roomId: string, content: string): void {
    const typed = this.of(roomId).get();
    this.set(roomId, typed === '' ? content : `${content}\n${typed}`);
  }

  forget(): void {
    this.stores.clear();
    removeEntries((key) => key.startsWith(PREFIX));
  }

  private keyOf(roomId: string): string {
    return `${PREFIX}${this.owner}.${roomId}`;
  }
}

export const composerText = new ComposerText();
registerTexts(composerText);
