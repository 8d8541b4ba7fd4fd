import { MemoryStore, type KeyValueStore } from '@chat-backend/client';

/** Null where storage is disabled in the browser. */
function storageOrNull(name: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return globalThis[name] ?? null;
  } catch {
    return null;
  }
}

type SyncStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const shared = storageOrNull('localStorage');
const own = storageOrNull('sessionStorage');
const storage: SyncStore = shared ?? new MemoryStore();

/** The storage of this tab alone. It survives reloads. */
export const tabStore: SyncStore = own ?? new MemoryStore();

/** `localStorage` with a lock shared by the tabs. */
export const localStore = {
  getItem: (key: string) => storage.getItem(key),
  setItem: (key: string, value: string) => storage.setItem(key, value),
  removeItem: (key: string) => storage.removeItem(key),
  // Locks exist only on https and on localhost. Without one, two tabs may refresh at once: the API gives both the same tokens.
  lock: (work) => (navigator.locks ? navigator.locks.request('chat.tokens', work) : work()),
} satisfies KeyValueStore;

/** Removes the entries whose keys match, of this tab and of all tabs. */
export function removeEntries(matches: (key: string) => boolean): void {
  for (const place of [shared, own])
    for (const key of place ? Object.keys(place) : []) if (matches(key)) place!.removeItem(key);
}
