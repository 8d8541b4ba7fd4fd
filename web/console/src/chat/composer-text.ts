import { atSignOut } from '../../../ui/api/chat.js';
import { localStore } from '../../../ui/api/local-store.js';
import { Store } from '../../../ui/lib/store.js';

const PREFIX = 'chat.composer.';

/** The text being typed, by room. It survives reloads and changes of room. */
class ComposerText {
  private readonly stores = new Map<string, Store<string>>();

  of(roomId: string): Store<string> {
    let store = this.stores.get(roomId);
    if (!store) {
      store = new Store('');
      this.stores.set(roomId, store);
      const kept = localStore.getItem(PREFIX + roomId);
      if (typeof kept === 'string') store.set(kept);
    }
    return store;
  }

  set(roomId: string, text: string): void {
    this.of(roomId).set(text);
    if (text === '') void localStore.removeItem(PREFIX + roomId);
    else void localStore.setItem(PREFIX + roomId, text);
  }

  /** Puts a refused message back, before text typed since. */
  restore(roomId: string, content: string): void {
    const typed = this.of(roomId).get();
    this.set(roomId, typed === '' ? content : `${content}\n${typed}`);
  }

  forget(): void {
    this.stores.clear();
  }
}

export const composerText = new ComposerText();
atSignOut(() => composerText.forget());
