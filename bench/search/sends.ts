import pg from 'pg';
import { SEND } from '../../src/messages/send/send.statement.js';
import { newId } from '../../src/platform/crypto/id.js';
import type { Lab } from '../lab/lab.js';
import { rows } from '../lab/lab.js';
import { addPeople } from '../lab/people.js';
import { treeMicroseconds } from '../lab/processor.js';
import { median } from '../lab/stats.js';
import type { SearchFigures, SendCost } from './figures.js';

const ROUNDS = 9;
const SENDS = 2000;
const CONNECTIONS = 8;
const PEOPLE = 64;
const TRIGGERS = ['messages_searchable', 'messages_long_tail', 'messages_new_text'];
const MODES = ['without', 'with'] as const;
type Mode = (typeof MODES)[number];

/** The product's send statement with and without the triggers of search, in turns: processor time a send. */
export async function measureSends(lab: Lab): Promise<SearchFigures['sends']> {
  const databaseUrl = await lab.newDatabase();
  const people = await addPeople(databaseUrl, PEOPLE, 8);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  const samples: Record<Mode, [client: number, postgres: number][]> = {
    without: [],
    with: [],
  };
  for (let round = -1; round < ROUNDS; round += 1)
    for (const mode of round % 2 === 0 ? MODES : MODES.toReversed()) {
      const state = mode === 'with' ? 'enable' : 'disable';
      for (const trigger of TRIGGERS)
        await rows(databaseUrl, `alter table messages ${state} trigger ${trigger}`);
      await rows(databaseUrl, 'checkpoint');
      const before = [process.cpuUsage(), treeMicroseconds(lab.postgresPid)!] as const;
      let left = SENDS;
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          for (left -= 1; left >= 0; left -= 1) {
            const person = people[left % PEOPLE]!;
            await pool.query(SEND.bind(parametersOf(person.id, person.rooms[left % person.rooms.length]!)));
          }
        }),
      );
      const used = process.cpuUsage(before[0]);
      const postgres = treeMicroseconds(lab.postgresPid)! - before[1];
      if (round >= 0) samples[mode].push([(used.user + used.system) / SENDS, postgres / SENDS]);
    }
  await pool.end();
  const of = (mode: Mode): SendCost => ({
    client: median(samples[mode].map(([client]) => client)),
    postgres: median(samples[mode].map(([, postgres]) => postgres)),
  });
  return { with: of('with'), without: of('without') };
}

const parametersOf = (userId: string, roomId: string) => ({
  userId,
  roomId,
  messageId: newId(),
  replyId: newId(),
  content: 'Why is the sky blue, and why is it red in the evening?',
  roomName: '',
  idempotencyKey: null,
  fingerprint: null,
  basicLimit: null,
  proLimit: null,
  requestId: null,
  traceContext: null,
  day: '2026-01-01',
  now: new Date(),
});
