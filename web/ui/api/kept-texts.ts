import { localStore, removeEntries } from './local-store.js';

/** Texts of a page that belong to a person. */
export interface PersonalTexts {
  /** Shows those of this person, and removes those of others. */
  belongTo(userId: string): void;
  forget(): void;
}

const registered: PersonalTexts[] = [];

export const registerTexts = (texts: PersonalTexts): void => void registered.push(texts);

/** Set for a moment at a sign-out: other tabs hear of it by their `storage` event. */
export const LEFT_KEY = 'chat.left';

/** Time at which the server ended the session, in milliseconds since 1970. */
const ENDED_KEY = 'chat.ended';
/** As long as the server finds a message by its key: what waits longer is not sent by itself. */
const KEPT_MS = 24 * 3600 * 1000;
const DRAFTS = 'chat.drafts';

/**
 * The texts of a person on this device: unsent messages and what is typed. They outlive a session that the server ends for
 * a day, and are shown to the same person only. A sign-out, and a sign-in of another person, removes them.
 */
export class KeptTexts {
  belongTo(userId: string): void {
    this.forgetOld();
    // The client removes the messages of others.
    for (const texts of registered) texts.belongTo(userId);
    localStore.removeItem(ENDED_KEY);
  }

  sessionEnded(): void {
    localStore.setItem(ENDED_KEY, String(Date.now()));
  }

  /** Removes what a session left that ended more than a day ago. */
  forgetOld(now = Date.now()): void {
    const ended = localStore.getItem(ENDED_KEY);
    if (ended !== null && now - Number(ended) > KEPT_MS) this.forget();
  }

  /** Tells the other tabs of a sign-out. */
  leave(): void {
    localStore.setItem(LEFT_KEY, '');
    localStore.removeItem(LEFT_KEY);
    this.forget();
  }

  forget(): void {
    for (const texts of registered) texts.forget();
    removeEntries((key) => key === DRAFTS || key.startsWith(`${DRAFTS}.`));
    localStore.removeItem(ENDED_KEY);
  }
}
