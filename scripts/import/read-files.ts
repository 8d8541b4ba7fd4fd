import { SystemClock } from '../../src/platform/clock/clock.js';
import { Keys } from '../../src/platform/crypto/keys.js';
import { MobileNumbersService } from '../../src/platform/sms/mobile-numbers.service.js';
import type { FileKind, ImportOrder } from './arguments.js';
import type { ImportTools } from './import-tools.js';
import type { Notes } from './notes.js';
import { readMessage } from './read-message.js';
import { readRoom } from './read-room.js';
import { readUser } from './read-user.js';
import { stageFile } from './stage-file.js';

/**
 * Reads the three files into their temporary tables.
 * @returns the number of rows of each
 * @throws BadFile
 */
export async function readFiles(
  { files, withPasswords }: ImportOrder,
  { client, config, sizes, progress }: ImportTools,
  notes: Record<FileKind, Notes>,
  now: Date,
): Promise<Record<FileKind, number>> {
  const numbers = new MobileNumbersService(config, new SystemClock());
  const rules = { numbers, keys: new Keys(config), withPasswords };
  const common = (kind: FileKind, bytesBefore: number) => ({
    path: files[kind],
    now,
    note: (text: string) => notes[kind].add(text),
    progress: (bytes: number) => progress.update(bytesBefore + bytes),
  });
  progress.start('Reading ', sizes.users + sizes.rooms + sizes.messages);
  const users = await stageFile(client, 'users', {
    ...common('users', 0),
    read: (row, noted) => readUser(row, noted, rules),
  });
  const rooms = await stageFile(client, 'rooms', { ...common('rooms', sizes.users), read: readRoom });
  const messages = await stageFile(client, 'messages', {
    ...common('messages', sizes.users + sizes.rooms),
    read: readMessage,
  });
  progress.stop();
  return { users, rooms, messages };
}
