import { ChatClient, NetworkError, TOKENS_KEY, type UserDto } from '@chat-backend/client';
import { Store, useStore } from '../lib/store.js';
import { untilConnected } from './connection.js';
import { KeptTexts, LEFT_KEY } from './kept-texts.js';
import { localStore } from './local-store.js';
import { traffic, watchedFetch } from './traffic.js';

export type Session =
  | { state: 'loading' }
  /** `hasEnded`: the server ended the session. */
  | { state: 'out'; hasEnded: boolean }
  | { state: 'in'; user: UserDto | null };

const session = new Store<Session>({ state: 'loading' });
const keptTexts = new KeptTexts();

/** The API at the page's own origin. */
export const chat = new ChatClient({
  url: '',
  store: localStore,
  fetch: watchedFetch,
  onSignedOut: () => {
    keptTexts.sessionEnded();
    session.set({ state: 'out', hasEnded: true });
  },
});

export const useSession = (): Session => useStore(session);

/** True while this page ends its session: what stays open would be opened again, and refused. */
export const isEnding = new Store(false);

/** Runs what ends the session of this page. */
export async function endingSession(work: () => Promise<void>): Promise<void> {
  isEnding.set(true);
  try {
    await work();
  } finally {
    isEnding.set(false);
  }
}

export function setUser(user: UserDto): void {
  keptTexts.belongTo(user.id);
  session.set({ state: 'in', user });
}

/** Reads the account again. If the session has ended, the client's `onSignedOut` shows the sign-in. */
export async function reloadUser(): Promise<void> {
  try {
    const user = await chat.me();
    // A sign-out, here or in another tab, may have come before the response.
    if (session.get().state === 'in') setUser(user);
  } catch (error) {
    if (!(error instanceof NetworkError)) return;
    await untilConnected(new AbortController().signal);
    if (session.get().state === 'in') await reloadUser();
  }
}

export async function startSession(): Promise<void> {
  keptTexts.forgetOld();
  if (await chat.isSignedIn()) {
    const userId = await chat.userId();
    if (userId !== null) keptTexts.belongTo(userId);
    session.set({ state: 'in', user: null });
    await reloadUser();
    return;
  }
  session.set({ state: 'out', hasEnded: false });
  // The response names the sandboxes.
  await chat.get('/health/live').catch(() => undefined);
}

export function signOut(): Promise<void> {
  return endingSession(async () => {
    traffic.clear();
    // Before the tokens go: other tabs tell a sign-out from a session that the server has ended.
    keptTexts.leave();
    // The client discards the tokens even when the server is not reached.
    await chat.signOut().catch(() => undefined);
    keptTexts.forget();
    session.set({ state: 'out', hasEnded: false });
  });
}

/** Applies sign-ins and sign-outs of other tabs. */
export function followOtherTabs(): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === LEFT_KEY || key === null) leftElsewhere();
    else if (key !== TOKENS_KEY) return;
    else if (newValue !== null) void joinSession();
    else if (session.get().state !== 'out') session.set({ state: 'out', hasEnded: true });
  });
}

function leftElsewhere(): void {
  keptTexts.forget();
  traffic.clear();
  session.set({ state: 'out', hasEnded: false });
}

async function joinSession(): Promise<void> {
  const before = session.get();
  // After a refresh in another tab the id is the same.
  const user = await chat.me().catch(() => null);
  // A sign-out may have come before the response.
  if (!user || session.get().state !== before.state) return;
  if (before.state === 'in' && before.user && before.user.id !== user.id) location.reload();
  else setUser(user);
}
