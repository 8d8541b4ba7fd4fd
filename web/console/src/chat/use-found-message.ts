import { useEffect, useState } from 'react';
import { isProblem } from '../../../ui/api/problem-text.js';
import { goTo, hrefOf } from '../lib/route.js';
import type { RoomSession } from './room-session.js';

export interface FoundMessage {
  /** The message that was opened last; null: none. */
  id: string | null;
  isLoading: boolean;
  isLoaded: boolean;
  isGone: boolean;
  error: unknown;
}

const NONE: FoundMessage = { id: null, isLoading: false, isLoaded: false, isGone: false, error: null };

/** Opens a room at a message, and takes the message out of the address: a reload shows the room as it is then. */
export function useFoundMessage(session: RoomSession, messageId: string | undefined): FoundMessage {
  const [found, setFound] = useState(NONE);
  useEffect(() => {
    if (messageId === undefined) return;
    let isLeft = false;
    const show = (fields: Partial<FoundMessage>) => {
      if (isLeft) return;
      setFound({ ...NONE, id: messageId, ...fields });
      if (!fields.isLoading) goTo(hrefOf.room(session.roomId), true);
    };
    show({ isLoading: true });
    session.reveal(messageId).then(
      (isShown) => show(isShown ? { isLoaded: true } : { isGone: true }),
      (error: unknown) => show(isProblem(error, 'not_found') ? { isGone: true } : { error }),
    );
    return () => {
      isLeft = true;
    };
  }, [session, messageId]);
  return found;
}
