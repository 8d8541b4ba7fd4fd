import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RoomView } from './room-view.js';

/** So near to the end counts as there: a line, and what a zoomed page rounds. */
const NEAR_PX = 48;

/** Keeps a scrolled list at its end while it grows, and where it was when it grows at its start. */
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
    // Highlighted code, or a keyboard that comes up, change sizes without a new view.
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
    // The person's own message is shown wherever they were.
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

  return { scroller, isAtEnd, toEnd };
}
