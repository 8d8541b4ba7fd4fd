import type { ChatroomDto } from '@chat-backend/client';
import { hrefOf, useRoute } from '../lib/route.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { Menu } from '../../../ui/components/Menu.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { loadMoreRooms, loadRooms, showArchive, useRooms } from './rooms.js';
import { useRoomActions } from './use-room-actions.js';
import css from './rooms.module.css';

/** Lists the rooms, pinned first, or the archived rooms. */
export function RoomItems({ onOpen }: { onOpen: () => void }) {
  const { rooms, cursor, isArchive, isLoaded, error } = useRooms();
  const more = useTask(loadMoreRooms);
  const words = texts.rooms;

  return (
    <div className={css['list']}>
      <div className={css['listHead']}>
        <h2 className={css['listTitle']}>{isArchive ? words.archivedList : words.list}</h2>
        <Button look="quiet" size="small" onClick={() => void showArchive(!isArchive)}>
          {isArchive ? words.showCurrent : words.showArchived}
        </Button>
      </div>
      {error !== null && (
        <ProblemNotice error={error}>
          <Button size="small" onClick={() => void loadRooms()}>
            {texts.common.tryAgain}
          </Button>
        </ProblemNotice>
      )}
      {isLoaded && rooms.length === 0 && (
        <p className={css['empty']}>{isArchive ? words.emptyArchived : words.empty}</p>
      )}
      <ul aria-label={isArchive ? words.archivedList : words.list}>
        {rooms.map((room) => (
          <RoomItem key={room.id} room={room} onOpen={onOpen} />
        ))}
      </ul>
      {cursor !== null && (
        <Button look="quiet" size="small" disabled={more.isRunning} onClick={() => more.run()}>
          {texts.common.more}
        </Button>
      )}
    </div>
  );
}

function RoomItem({ room, onOpen }: { room: ChatroomDto; onOpen: () => void }) {
  const route = useRoute();
  const { items, dialog } = useRoomActions(room);
  const isCurrent = route.page === 'room' && route.roomId === room.id;
  return (
    <li className={`${css['item']} ${isCurrent ? css['current'] : ''}`}>
      <a
        href={hrefOf.room(room.id)}
        className={css['link']}
        aria-current={isCurrent ? 'page' : undefined}
        title={room.name}
        onClick={onOpen}
      >
        {room.pinned && (
          <span className={css['pin']}>
            <Icon name="pin" size={14} />
            <span className="visually-hidden">{texts.rooms.pinned}</span>
          </span>
        )}
        <span className={css['name']}>{room.name}</span>
      </a>
      <Menu label={texts.rooms.options(room.name)} items={items} />
      {dialog}
    </li>
  );
}
