import type { ChatroomListCache } from './chatroom-list-cache.js';
import type { ListCacheBypass } from './list-cache-bypass.js';
import { BypassReconciler } from './bypass-reconciler.js';

/** A healer over a cache that can be told of some users only. */
function healer({ isAvailable = true, canTell = (_userId: string) => true }) {
  const did: string[] = [];
  const cache = {
    isAvailable,
    setVersion: (userId: string) => {
      did.push(`told ${userId}`);
      return Promise.resolve(canTell(userId) ? 'version' : null);
    },
  };
  const bypass = {
    isEmpty: false,
    pending: () => ({ noted: [{ userId: 'a', stamp: 1 }], open: [['b', 2]] }),
    retry: () => Promise.resolve(void did.push('retried')),
    settle: () => Promise.resolve(void did.push('settled')),
  };
  const it = new BypassReconciler(
    cache as unknown as ChatroomListCache,
    bypass as unknown as ListCacheBypass,
  );
  return { heal: () => it.heal(), did };
}

it('a bypass is settled after the cache was told, not before', async () => {
  const { heal, did } = healer({});
  await heal();
  expect(did).toEqual(['told a', 'told b', 'settled']);
});

it('a bypass whose user could not be told stays', async () => {
  const { heal, did } = healer({ canTell: (userId) => userId !== 'b' });
  await heal();
  expect(did).not.toContain('settled');
});

it('while the cache is away, what is not written down is tried again', async () => {
  const { heal, did } = healer({ isAvailable: false });
  await heal();
  expect(did).toEqual(['retried']);
});
