import { Store, useStore } from '../../../ui/lib/store.js';

/** The page, by the address after `#`: the server serves one document. */
export type Route =
  | { page: 'new' }
  /** `messageId`: the message at which the room opens. */
  | { page: 'room'; roomId: string; messageId?: string }
  | { page: 'account' };

const ID = /^[0-9a-f-]{36}$/i;

export function parseRoute(hash: string): Route {
  const [page, roomId, messageId] = hash.replace(/^#\/?/, '').split('/');
  if (page === 'room' && roomId !== undefined && ID.test(roomId))
    return { page: 'room', roomId, ...(messageId !== undefined && ID.test(messageId) && { messageId }) };
  if (page === 'account') return { page: 'account' };
  return { page: 'new' };
}

export const hrefOf = {
  new: '#/',
  room: (roomId: string): string => `#/room/${roomId}`,
  message: (roomId: string, messageId: string): string => `#/room/${roomId}/${messageId}`,
  account: '#/account',
};

const route = new Store<Route>(parseRoute(globalThis.location?.hash ?? ''));
globalThis.addEventListener?.('hashchange', () => route.set(parseRoute(location.hash)));

export const useRoute = (): Route => useStore(route);

export function goTo(hash: string, isReplacing = false): void {
  if (isReplacing) {
    history.replaceState(null, '', hash);
    route.set(parseRoute(hash));
  } else location.hash = hash;
}
