import type { Store } from '../../../ui/lib/store.js';
import { composerText } from './composer-text.js';

/** The message of a room that is being edited, and the text so far. */
export interface Editing {
  messageId: string;
  text: string;
}

/** Kept as the text of the composer is: it survives reloads, and belongs to one person. */
const keyOf = (roomId: string): string => `${roomId}.edit`;

export const keptEdit = (roomId: string): Store<string> => composerText.of(keyOf(roomId));

/** @param kept the text of {@link keptEdit}; empty: nothing is edited */
export function parseEdit(kept: string): Editing | null {
  const [messageId = '', ...words] = kept.split(' ');
  return messageId === '' ? null : { messageId, text: words.join(' ') };
}

/** Begins or continues an edit: one at a time in a room. */
export const keepEdit = (roomId: string, messageId: string, text: string): void =>
  composerText.set(keyOf(roomId), `${messageId} ${text}`);

export const endEdit = (roomId: string): void => composerText.set(keyOf(roomId), '');
