import { newId } from '../../src/platform/crypto/id.js';
import { codePoints } from '../../src/platform/fields/fields.js';
import type { ColumnOf } from './columns.js';
import { cut } from './cut.js';
import { BadRow } from './faults.js';
import type { Noted } from './notes.js';
import type { Row } from './row.js';
import type { StagedRow } from './staging.statements.js';

const MOST_NAME = 120;
const MOST_SYSTEM_PROMPT = 8_000;

/**
 * Reads a row of the rooms file. A room without a name is named by its first message, and one without a time has the time
 * of that message.
 * @throws BadRow
 */
export function readRoom(row: Row<ColumnOf<'rooms'>>, { line, note }: Noted): StagedRow<'rooms'> {
  const prompt = row.trimmed('system_prompt');
  // A system prompt is never cut: half of an instruction may have the opposite meaning.
  if (prompt !== null && codePoints(prompt) > MOST_SYSTEM_PROMPT)
    throw new BadRow(`system_prompt is longer than ${MOST_SYSTEM_PROMPT} characters`);
  return {
    line,
    old_id: row.id('id'),
    id: newId(),
    user_old_id: row.id('user_id'),
    name: cut(row.trimmed('name'), MOST_NAME, () => note(`name cut to ${MOST_NAME} characters`)),
    system_prompt: prompt,
    created_at: row.time('created_at'),
  };
}
