import type { ChatroomDto } from '@chat-backend/client';
import { useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { saveFile } from '../lib/save-file.js';
import { goTo, hrefOf, useRoute } from '../lib/route.js';
import { texts } from '../texts.js';
import { Confirm } from '../../../ui/components/Confirm.js';
import type { MenuItem } from '../../../ui/components/Menu.js';
import { RenameDialog } from './RenameDialog.js';
import { changeRoom, deleteRoom } from './rooms.js';

/** Letters, marks and digits of every script: nothing that a file system refuses. */
const fileName = (name: string): string =>
  `${name.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-').slice(0, 60) || 'chat'}.md`;

const downloadRoom = async ({ id, name }: ChatroomDto): Promise<void> =>
  saveFile(fileName(name), await chat.exportRoom(id), 'text/markdown');

/** The actions on a room as menu items, and the dialog of the chosen action. */
export function useRoomActions(room: ChatroomDto, onChange?: (room: ChatroomDto) => void) {
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const route = useRoute();
  const { rooms } = texts;
  const change = async (fields: Parameters<typeof changeRoom>[1]) => {
    const changed = await changeRoom(room.id, fields);
    onChange?.(changed);
  };
  const changeNow = (fields: Parameters<typeof changeRoom>[1]) => void change(fields).catch(() => undefined);
  const close = () => setDialog(null);

  const items: MenuItem[] = [
    {
      label: room.pinned ? rooms.unpin : rooms.pin,
      icon: 'pin',
      onSelect: () => changeNow({ pinned: !room.pinned }),
    },
    { label: rooms.rename, icon: 'edit', onSelect: () => setDialog('rename') },
    {
      label: room.archived ? rooms.unarchive : rooms.archive,
      icon: 'archive',
      onSelect: () => changeNow({ archived: !room.archived }),
    },
    { label: rooms.download, icon: 'down', onSelect: () => void downloadRoom(room).catch(() => undefined) },
    { label: rooms.delete, icon: 'trash', isDanger: true, onSelect: () => setDialog('delete') },
  ];

  const open =
    dialog === 'rename' ? (
      <RenameDialog name={room.name} onSave={(name) => change({ name })} onClose={close} />
    ) : dialog === 'delete' ? (
      <Confirm
        title={rooms.deleteTitle(room.name)}
        lead={rooms.deleteLead}
        action={rooms.delete}
        onClose={close}
        onConfirm={async () => {
          await deleteRoom(room.id);
          if (route.page === 'room' && route.roomId === room.id) goTo(hrefOf.new, true);
        }}
      />
    ) : null;

  return { items, dialog: open };
}
