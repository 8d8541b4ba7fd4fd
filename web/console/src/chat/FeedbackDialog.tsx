import type { MessageDto } from '@chat-backend/client';
import { useState } from 'react';
import { fieldErrors } from '../../../ui/api/problem-text.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Dialog, DialogActions } from '../../../ui/components/Dialog.js';
import { TextField } from '../../../ui/components/Field.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import ui from '../../../ui/components/ui.module.css';
import type { RoomSession } from './room-session.js';
import css from './chat.module.css';

interface Props {
  reply: MessageDto;
  session: RoomSession;
  onClose: () => void;
}

/** Asks for the reason of a thumb down: words to choose from, and a comment. */
export function FeedbackDialog({ reply, session, onClose }: Props) {
  const { chat, common } = texts;
  const [tags, setTags] = useState<readonly string[]>(reply.feedback?.tags ?? []);
  const [comment, setComment] = useState(reply.feedback?.comment ?? '');
  const save = useTask(async () => {
    await session.rate(reply.id, { rating: 'down', tags: [...tags], comment: comment.trim() || null });
    onClose();
  });
  const choose = (tag: string, isChosen: boolean) =>
    setTags((chosen) => (isChosen ? [...chosen, tag] : chosen.filter((one) => one !== tag)));
  const errors = fieldErrors(save.error);
  return (
    <Dialog title={chat.feedbackTitle} onClose={onClose}>
      <form
        className={ui['dialogBody']}
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        {!errors['comment'] && <ProblemNotice error={save.error} />}
        <fieldset className={css['choices']}>
          <legend className={ui['label']}>{chat.feedbackTags}</legend>
          {chat.feedbackChoices.map((tag) => (
            <label key={tag}>
              <input
                type="checkbox"
                checked={tags.includes(tag)}
                onChange={({ target }) => choose(tag, target.checked)}
              />{' '}
              {tag}
            </label>
          ))}
        </fieldset>
        <TextField
          label={chat.feedbackComment}
          error={errors['comment']}
          value={comment}
          maxLength={2000}
          rows={3}
          onChange={({ target }) => setComment(target.value)}
        />
        <DialogActions>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" disabled={save.isRunning}>
            {common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
