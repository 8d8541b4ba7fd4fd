import type { Request } from 'autocannon';
import type { Person } from '../lab/people.js';
import type { LoadPlan } from './load.plan.js';

/** A message of usual length. */
const CONTENT = 'Why is the sky blue in the morning and red in the evening? Explain it to a child of ten.';

/** Longer than any answer takes. */
const WAIT_SECONDS = 25;

/** The requests of each connection, in order: users and rooms are divided, so that no two connections share a room. */
export function lanes({ kind, connections, people, run, content = CONTENT }: LoadPlan): Request[][] {
  return Array.from({ length: connections }, (_, lane) => {
    const own = people.filter((_person, at) => at % connections === lane);
    return kind === 'list' ? own.map(list) : sends(kind, own, content, `${run}-${lane}`);
  });
}

const list = ({ token }: Person): Request => ({
  method: 'GET',
  path: '/chatroom',
  headers: { authorization: `Bearer ${token}` },
});

/** One send per room, alternating between users. */
function sends(kind: 'send' | 'floor' | 'answer', people: Person[], content: string, key: string): Request[] {
  const rooms = Math.min(...people.map((person) => person.rooms.length));
  return Array.from({ length: rooms }).flatMap((_, at) =>
    people.map(({ token, rooms, id }) => ({
      method: 'POST',
      path: kind === 'floor' ? '/two-rows' : `/chatroom/${rooms[at]!}/message`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(kind === 'answer' && { prefer: `wait=${WAIT_SECONDS}` }),
        'idempotency-key': `${key}-${at}-${id.slice(-12)}`,
      },
      body: JSON.stringify({ content }),
    })),
  );
}
