import { Store, useStore } from '../../../ui/lib/store.js';

/** The page, by the address after `#`: the server serves one document. */
export type Route = { page: 'new' } | { page: 'room'; roomId: string } | { page: 'account' };

const ID = /^[0-9a-f-]{36}$/i;

export function parseRoute(hash: string): Route {
  const [page, rest] = hash.replace(/^#\/?/, '').split('/');
  if (page === 'room' && rest !== undefined && ID.test(rest)) return { page: 'room', roomId: rest };
  if (page === 'account') return { page: 'account' };
  return { page: 'new' };
}

export const hrefOf = {
  new: '#/',
  room: (roomId: string): string => `#/room/${roomId}`,
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
