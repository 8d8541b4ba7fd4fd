import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RoomView } from './room-view.js';

/** Distance to the end that still counts as the end: one line, and rounding of zoomed pages. */
const NEAR_PX = 48;

/** Keeps a list scrolled to its end while it grows, and in place when earlier messages are added. */
export function useStickToEnd(view: RoomView) {
  const scroller = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const before = useRef({ height: 0, firstId: '' });
  const [isAtEnd, setAtEnd] = useState(true);

  useEffect(() => {
    const element = scroller.current!;
    const watch = () => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      sticks.current = isNear;
      setAtEnd(isNear);
    };
    element.addEventListener('scroll', watch, { passive: true });
    // Highlighted code and the keyboard of a phone change sizes without a new view.
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', watch);
      observer.disconnect();
    };
  }, []);

  const pendingCount = view.pending.length;
  useLayoutEffect(() => {
    // A sent message is always scrolled into view.
    if (pendingCount > 0) sticks.current = true;
  }, [pendingCount]);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const firstId = view.messages[0]?.id ?? '';
    const grewAtStart = before.current.firstId !== '' && before.current.firstId !== firstId;
    if (sticks.current) element.scrollTop = element.scrollHeight;
    else if (grewAtStart) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { height: element.scrollHeight, firstId };
  }, [view]);

  const toEnd = useCallback(() => {
    sticks.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
  }, []);

  /** Shows the message that was searched for in the middle, and gives it the focus. The list no longer follows its end. */
  const toFound = useCallback(() => {
    const message = scroller.current?.querySelector<HTMLElement>('[data-found=true]');
    if (!message) return;
    sticks.current = false;
    message.scrollIntoView({ block: 'center' });
    message.focus({ preventScroll: true });
  }, []);

  return { scroller, isAtEnd, toEnd, toFound };
}
