import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** Files of an import. */
export interface ImportFiles {
  users: string;
  rooms: string;
  messages: string;
}

const ROOMS_A_USER = 5;
const MESSAGES_A_ROOM = 20;
const BEGAN = Date.parse('2024-01-01T00:00:00Z');
/** About 200 characters, with characters that CSV must quote. */
const TEXT = 'Why is the sky blue, and ""why"" not green?\nIt is blue, नीला, 青い 🌤. '.repeat(3);

/**
 * Writes files like those of an old backend: integer ids, `mobile`, `sender`, `text`. Messages are in order of time, so
 * that the messages of a room are spread over the whole file, which is the expensive case.
 */
export async function writeFiles(dir: string, messages: number): Promise<ImportFiles> {
  const rooms = Math.max(1, Math.round(messages / MESSAGES_A_ROOM));
  const users = Math.max(1, Math.round(rooms / ROOMS_A_USER));
  const paths = {
    users: join(dir, 'users.csv'),
    rooms: join(dir, 'rooms.csv'),
    messages: join(dir, 'messages.csv'),
  };
  await write(paths.users, 'id,mobile,full_name,status,created_at', users, (at) => {
    const mobile = `9${String(100_000_000 + at)}`;
    return `${at},+91${mobile},Person ${at},${at % 10 === 0 ? 'pro' : 'basic'},${time(at)}`;
  });
  await write(paths.rooms, 'id,user_id,title,created_at', rooms, (at) => {
    return `${at},${1 + (at % users)},Room ${at},${time(at)}`;
  });
  await write(paths.messages, 'id,chatroom_id,sender,text,created_at', messages, (at) => {
    const sender = Math.floor((at - 1) / rooms) % 2 === 0 ? 'user' : 'gemini';
    return `${at},${1 + ((at - 1) % rooms)},${sender},"${at} ${TEXT}",${time(at)}`;
  });
  return paths;
}

const time = (at: number): string => new Date(BEGAN + at * 1000).toISOString();

async function write(
  path: string,
  header: string,
  count: number,
  row: (at: number) => string,
): Promise<void> {
  const file = createWriteStream(path);
  let piece = `${header}\n`;
  for (let at = 1; at <= count; at += 1) {
    piece += `${row(at)}\n`;
    if (piece.length < 1 << 18) continue;
    if (!file.write(piece)) await once(file, 'drain');
    piece = '';
  }
  file.end(piece);
  await finished(file);
}
