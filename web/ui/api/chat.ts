import { ChatClient, NetworkError, TOKENS_KEY, type UserDto } from '@chat-backend/client';
import { Store, useStore } from '../lib/store.js';
import { untilConnected } from './connection.js';
import { forgetDrafts, localStore } from './local-store.js';
import { traffic, watchedFetch } from './traffic.js';

export type Session =
  | { state: 'loading' }
  /** `hasEnded`: the server ended the session. */
  | { state: 'out'; hasEnded: boolean }
  | { state: 'in'; user: UserDto | null };

const session = new Store<Session>({ state: 'loading' });

/** The API at the page's own origin. */
export const chat = new ChatClient({
  url: '',
  store: localStore,
  fetch: watchedFetch,
  onSignedOut: () => session.set({ state: 'out', hasEnded: true }),
});

export const useSession = (): Session => useStore(session);

export const setUser = (user: UserDto): void => session.set({ state: 'in', user });

/** Reads the account again. If the session has ended, the client's `onSignedOut` shows the sign-in. */
export async function reloadUser(): Promise<void> {
  try {
    setUser(await chat.me());
  } catch (error) {
    if (!(error instanceof NetworkError)) return;
    await untilConnected(new AbortController().signal);
    if (session.get().state === 'in') await reloadUser();
  }
}

export async function startSession(): Promise<void> {
  if (await chat.isSignedIn()) {
    session.set({ state: 'in', user: null });
    await reloadUser();
    return;
  }
  session.set({ state: 'out', hasEnded: false });
  // The response names the sandboxes.
  await chat.get('/health/live').catch(() => undefined);
}

const forgetters: (() => void)[] = [];

/** Registers what a page forgets when its person signs out. */
export const atSignOut = (forget: () => void): void => void forgetters.push(forget);

/** Removes the texts of the person who signs out: the next person at this computer must not find them. */
function forgetTexts(): void {
  forgetDrafts();
  for (const forget of forgetters) forget();
  traffic.clear();
}

export async function signOut(): Promise<void> {
  forgetTexts();
  // The client discards the tokens even when the server is not reached.
  await chat.signOut().catch(() => undefined);
  session.set({ state: 'out', hasEnded: false });
}

/** Applies sign-ins and sign-outs of other tabs. */
export function followOtherTabs(): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== TOKENS_KEY && key !== null) return;
    if (newValue !== null) return void joinSession();
    forgetTexts();
    session.set({ state: 'out', hasEnded: false });
  });
}

async function joinSession(): Promise<void> {
  const before = session.get();
  // After a refresh in another tab the id is the same.
  const user = await chat.me().catch(() => null);
  if (!user) return;
  if (before.state === 'in' && before.user && before.user.id !== user.id) location.reload();
  else setUser(user);
}
