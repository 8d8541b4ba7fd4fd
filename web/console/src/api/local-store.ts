import { MemoryStore, type KeyValueStore } from '@chat-backend/client';

/** A page may be forbidden to keep anything. */
function localStorageOr(other: KeyValueStore): KeyValueStore {
  try {
    return globalThis.localStorage ?? other;
  } catch {
    return other;
  }
}

const storage = localStorageOr(new MemoryStore());

/** The browser's store, with a lock that its tabs share. */
export const localStore: KeyValueStore = {
  getItem: (key) => storage.getItem(key),
  setItem: (key, value) => storage.setItem(key, value),
  removeItem: (key) => storage.removeItem(key),
  // Only where the page is served over https or from this machine; the API takes a refresh of two tabs at once as one.
  lock: (work) => (navigator.locks ? navigator.locks.request('chat.tokens', work) : work()),
};

const DRAFTS = ['chat.drafts.', 'chat.composer.'];

/** Removes messages that were not sent: after a sign-out the next person at this computer must not find them. */
export function forgetDrafts(): void {
  if (storage !== globalThis.localStorage) return;
  for (const key of Object.keys(globalThis.localStorage))
    if (DRAFTS.some((prefix) => key.startsWith(prefix))) globalThis.localStorage.removeItem(key);
}
