import { useEffect, useRef, useState } from 'react';
import { texts } from '../texts.js';
import { shownMessages, type RoomView } from './room-view.js';

/** Announces the start and the end of an answer to screen readers. A live region around the text would repeat it with each delta. */
export function Announcer({ view }: { view: RoomView }) {
  const [said, setSaid] = useState('');
  const wasLive = useRef(false);
  const isLive = Object.keys(view.live).length > 0;
  const last = shownMessages(view).findLast(({ role }) => role === 'model');
  useEffect(() => {
    if (isLive === wasLive.current) return;
    wasLive.current = isLive;
    const { announce } = texts.chat;
    setSaid(isLive ? announce.streaming : last?.status === 'failed' ? announce.failed : announce.completed);
  }, [isLive, last?.status]);
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}
