import type { ChatroomDto } from '@chat-backend/client';
import { useState } from 'react';
import { changeRoom, useRooms } from '../rooms/rooms.js';
import { RoomSettings } from '../rooms/RoomSettings.js';
import { useRoomActions } from '../rooms/use-room-actions.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { Menu } from '../../../ui/components/Menu.js';
import { PageHeader } from './PageHeader.js';

interface Props {
  /** Shown without a room. */
  title?: string;
  room: ChatroomDto | null;
  tier: string;
  onRoom: (room: ChatroomDto) => void;
  onMenu: () => void;
}

export function RoomHeader({ title = '', room, tier, onRoom, onMenu }: Props) {
  const { rooms } = useRooms();
  // The list is newer: it is read again after the first message, which names the room.
  const listed = rooms.find(({ id }) => id === room?.id) ?? room;
  return (
    <PageHeader title={listed?.name ?? title} onMenu={onMenu}>
      {listed && <Actions room={listed} tier={tier} onRoom={onRoom} />}
    </PageHeader>
  );
}

function Actions({ room, tier, onRoom }: { room: ChatroomDto; tier: string; onRoom: Props['onRoom'] }) {
  const [isOpen, setOpen] = useState(false);
  const { items, dialog } = useRoomActions(room, onRoom);
  return (
    <>
      <IconButton label={texts.rooms.settings} onClick={() => setOpen(true)}>
        <Icon name="settings" />
      </IconButton>
      <Menu label={texts.rooms.options(room.name)} items={items} />
      {dialog}
      {isOpen && (
        <RoomSettings
          settings={room}
          tier={tier}
          onSave={async (settings) => onRoom(await changeRoom(room.id, settings))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
