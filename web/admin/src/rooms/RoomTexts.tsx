import type { MessageDto } from '@chat-backend/client';
import { timeText } from '../../../ui/lib/format.js';
import { Button } from '../../../ui/components/Button.js';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { useList } from '../lib/use-page.js';
import css from '../parts/parts.module.css';
import { texts } from '../texts.js';

/** The messages of a room that is open to this admin. Each page is recorded. */
export function RoomTexts({ id, until, onClose }: { id: string; until: string; onClose: () => void }) {
  const list = useList<MessageDto>(`/rooms/${id}/messages`, {});
  const { rooms, common } = texts;
  return (
    <section className={css['section']} aria-label={rooms.texts}>
      <Notice tone="warning" title={rooms.openUntil(timeText(until))} advice={rooms.recorded}>
        <Button size="small" onClick={onClose}>
          {common.close}
        </Button>
      </Notice>
      <ProblemNotice error={list.error} />
      {list.rows?.map(({ id: message, role, content, created_at, status }) => (
        <article key={message} className={css['message']}>
          <strong>{role === 'user' ? rooms.owner : rooms.answer}</strong> {timeText(created_at)} {status}
          <p>{content}</p>
        </article>
      ))}
      {list.hasMore && (
        <Button size="small" disabled={list.isLoading} onClick={list.more}>
          {rooms.earlier}
        </Button>
      )}
    </section>
  );
}
