import { useEffect, useRef } from 'react';
import { traffic, type TrafficLine } from '../../../ui/api/traffic.js';
import { useStore } from '../../../ui/lib/store.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { summaryOf } from './event-summary.js';
import css from './sandbox.module.css';

/** Distance to the end of the list that still counts as the end. */
const NEAR_PX = 40;

/** Lists requests and stream events as they arrive, newest last. Scrolls along unless the person has scrolled up. */
export function Events() {
  const lines = useStore(traffic.lines);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const scroller = end.current?.closest<HTMLElement>('[role=tabpanel]');
    if (!scroller) return;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    const added = end.current?.previousElementSibling?.lastElementChild?.clientHeight ?? 0;
    if (below - added < NEAR_PX) scroller.scrollTop = scroller.scrollHeight;
  }, [lines]);
  const { sandbox } = texts;
  return (
    <>
      <div className={css['lead']}>
        <p>{lines.length === 0 ? sandbox.noEvents : sandbox.eventsLead}</p>
        <Button size="small" look="quiet" onClick={traffic.clear}>
          {sandbox.clear}
        </Button>
      </div>
      <ol className={css['lines']} aria-label={sandbox.events}>
        {lines.map((line) => (
          <Line key={line.nth} line={line} />
        ))}
      </ol>
      <div ref={end} />
    </>
  );
}

function Line({ line }: { line: TrafficLine }) {
  const { sandbox } = texts;
  if (line.kind === 'event')
    return (
      <li className={css['event']}>
        <span className={css['eventName']}>{line.name}</span>
        <span className={css['eventId']}>{line.id}</span>
        <span className={css['eventData']}>{summaryOf(line)}</span>
      </li>
    );
  const isBad = line.status !== null && (line.status === 0 || line.status >= 400);
  return (
    <li className={css['request']}>
      <span>{line.method}</span>
      <span className={css['path']}>{line.path}</span>
      <span className={isBad ? css['bad'] : css['good']}>
        {line.status === null ? sandbox.running : line.status === 0 ? sandbox.noAnswer : line.status}
      </span>
    </li>
  );
}
