import type { ChatroomListCache } from './chatroom-list-cache.js';
import type { ListCacheBypass } from './list-cache-bypass.js';
import { BypassReconciler } from './bypass-reconciler.js';

/** A reconciler over a cache that accepts new versions of some users only. */
function reconcilerWith({ isAvailable = true, canSet = (_userId: string) => true }) {
  const calls: string[] = [];
  const cache = {
    isAvailable,
    setVersion: (userId: string) => {
      calls.push(`set ${userId}`);
      return Promise.resolve(canSet(userId) ? 'version' : null);
    },
  };
  const bypass = {
    isEmpty: false,
    pending: () => ({ recorded: [{ userId: 'a', stamp: 1 }], unrecorded: [['b', 2]] }),
    retryRecording: () => Promise.resolve(void calls.push('retried')),
    settle: () => Promise.resolve(void calls.push('settled')),
  };
  const reconciler = new BypassReconciler(
    cache as unknown as ChatroomListCache,
    bypass as unknown as ListCacheBypass,
  );
  return { reconcile: () => reconciler.reconcile(), calls };
}

it('a bypass is settled after the new version is set, not before', async () => {
  const { reconcile, calls } = reconcilerWith({});
  await reconcile();
  expect(calls).toEqual(['set a', 'set b', 'settled']);
});

it('a bypass whose version cannot be set stays', async () => {
  const { reconcile, calls } = reconcilerWith({ canSet: (userId) => userId !== 'b' });
  await reconcile();
  expect(calls).not.toContain('settled');
});

it('the reconciler retries to record bypasses while the cache is unavailable', async () => {
  const { reconcile, calls } = reconcilerWith({ isAvailable: false });
  await reconcile();
  expect(calls).toEqual(['retried']);
});
