import { newKey, type UserDto } from '@chat-backend/client';
import { useRef, useState } from 'react';
import { goTo, hrefOf } from '../lib/route.js';
import { chat as api } from '../../../ui/api/chat.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { createRoom } from '../rooms/rooms.js';
import { RoomSettings, type Settings } from '../rooms/RoomSettings.js';
import { texts } from '../texts.js';
import { Button, IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { Composer, focusComposer } from './Composer.js';
import { composerText } from './composer-text.js';
import { PageHeader } from './PageHeader.js';
import { sendFirst } from './first-message.js';
import css from './chat.module.css';

const NEW = 'new';

/** A chat without a room: the first message creates the room. */
export function NewChat({ user, onMenu }: { user: UserDto | null; onMenu: () => void }) {
  const [settings, setSettings] = useState<Settings>({ system_prompt: null, model: null });
  const [isOpen, setOpen] = useState(false);
  // A repeat after a lost response must not create a second room.
  const key = useRef(newKey());
  const { chat, rooms } = texts;
  const create = useTask(async (content: string) => {
    const room = await createRoom(settings, key.current);
    // From here on the client keeps the text.
    sendFirst(await api.draft(room.id, content));
    composerText.set(NEW, '');
    goTo(hrefOf.room(room.id));
  });

  return (
    <>
      <PageHeader title={rooms.newChat} onMenu={onMenu}>
        <IconButton label={rooms.settings} onClick={() => setOpen(true)}>
          <Icon name="settings" />
        </IconButton>
      </PageHeader>
      <div className={css['welcome']}>
        <h2 className={css['welcomeTitle']}>{chat.welcome(user?.name ?? null)}</h2>
        <p className={css['welcomeLead']}>{chat.welcomeLead}</p>
        <div className={css['suggestions']}>
          {chat.suggestions.map((suggestion) => (
            <Button
              key={suggestion}
              size="small"
              className={css['suggestion']}
              onClick={() => {
                composerText.set(NEW, suggestion);
                focusComposer();
              }}
            >
              {suggestion}
            </Button>
          ))}
        </div>
      </div>
      <Composer
        roomId={NEW}
        onStop={null}
        hint={create.isRunning ? chat.sending : null}
        keepsText
        onSend={create.run}
      >
        <ProblemNotice error={create.error} />
      </Composer>
      {isOpen && (
        <RoomSettings
          settings={settings}
          tier={user?.tier ?? 'basic'}
          onSave={async (next) => {
            setSettings(next);
            // Other settings are another request, and need another key.
            key.current = newKey();
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
