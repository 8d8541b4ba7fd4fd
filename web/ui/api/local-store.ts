import { MemoryStore, type KeyValueStore } from '@chat-backend/client';

/** Null where storage is disabled in the browser. */
function localStorageOrNull(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

const browserStorage = localStorageOrNull();
const storage: KeyValueStore = browserStorage ?? new MemoryStore();

/** `localStorage` with a lock shared by the tabs. */
export const localStore: KeyValueStore = {
  getItem: (key) => storage.getItem(key),
  setItem: (key, value) => storage.setItem(key, value),
  removeItem: (key) => storage.removeItem(key),
  // Locks exist only on https and on localhost. Without one, two tabs may refresh at once: the API gives both the same tokens.
  lock: (work) => (navigator.locks ? navigator.locks.request('chat.tokens', work) : work()),
};

const DRAFTS = ['chat.drafts.', 'chat.composer.'];

/** Removes unsent messages at sign-out: the next person at this computer must not find them. */
export function forgetDrafts(): void {
  if (!browserStorage) return;
  for (const key of Object.keys(browserStorage))
    if (DRAFTS.some((prefix) => key.startsWith(prefix))) browserStorage.removeItem(key);
}
