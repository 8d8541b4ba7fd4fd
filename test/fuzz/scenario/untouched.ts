import { quick } from '../journeys/journey.js';
import type { Cast } from './cast.js';
import type { Sequence } from './sequence.js';

/** Gives the stranger and the subject a room with a message and a final reply. */
export async function settleStranger({ stranger, subject }: Cast, sequence: Sequence): Promise<void> {
  for (const person of [stranger, subject]) {
    const made = await sequence.ask(person, 'createChatroom', {
      body: { name: 'kanari of another' },
      expect: 201,
    });
    await sequence.ask(person, 'sendMessage', {
      ids: { id: made.body.id as string },
      body: { content: quick('of another') },
      headers: { prefer: 'wait=20' },
      expect: 201,
    });
  }
}

const TABLES = ['users', 'sessions', 'chatrooms', 'messages', 'checkout_sessions', 'subscriptions'];
const EVERYTHING = TABLES.map(
  (table) =>
    `select '${table}' as kind, to_jsonb(t) as row from ${table} t where ${table === 'users' ? 'id' : 'user_id'} = $1`,
).join(' union all ');

/** All rows of the stranger: the sequence must not change them. */
export async function belongings({ target, stranger }: Cast): Promise<Map<string, string>> {
  const rows = await target.product.rows<{ kind: string; row: Record<string, unknown> }>(EVERYTHING, [
    stranger.id,
  ]);
  return new Map(
    rows.flatMap(({ kind, row }) =>
      Object.entries(row).map(([column, value]): [string, string] => [
        `${kind} ${String(row['id'])} ${column}`,
        JSON.stringify(value),
      ]),
    ),
  );
}

/** Added and missing rows. */
export function changes(before: Map<string, string>, after: Map<string, string>): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name)} is now ${after.get(name)}`);
}
