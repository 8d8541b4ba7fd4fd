import { codePoints } from '../../src/platform/fields/fields.js';
import type { ColumnOf } from './columns.js';
import { BadRow } from './faults.js';
import type { Noted } from './notes.js';
import type { Row } from './row.js';
import type { StagedRow } from './staging.statements.js';

/** The limit of a sent message. Model messages are limited only by the length of a row (csv-rows.ts). */
const MOST_USER_CONTENT = 32_000;

export const ROLES: Readonly<Record<string, 'user' | 'model'>> = {
  user: 'user',
  human: 'user',
  me: 'user',
  model: 'model',
  assistant: 'model',
  bot: 'model',
  ai: 'model',
  gemini: 'model',
};

/**
 * Reads a row of the messages file.
 * @throws BadRow
 */
export function readMessage(
  row: Row<ColumnOf<'messages'>>,
  { line, now, note }: Noted,
): StagedRow<'messages'> {
  const role = ROLES[row.trimmed('role')?.toLowerCase() ?? ''];
  if (!role) throw new BadRow(`role must be one of ${Object.keys(ROLES).join(', ')}`);
  const text = row.text('content');
  if (text === null || text.trim() === '') throw new BadRow('content is empty');
  const content = role === 'user' ? text.trim() : text;
  if (role === 'user' && content.length > MOST_USER_CONTENT && codePoints(content) > MOST_USER_CONTENT)
    throw new BadRow(`content is longer than ${MOST_USER_CONTENT} characters`);
  const time = row.time('created_at');
  if (time === null) note('without a time: the time of the import is used');
  return {
    line,
    old_id: row.id('id'),
    room_old_id: row.id('room_id'),
    role,
    content,
    in_reply_to: role === 'model' ? row.trimmed('in_reply_to') : null,
    created_at: time ?? now.toISOString(),
  };
}
