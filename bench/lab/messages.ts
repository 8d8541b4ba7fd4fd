import { rows } from './lab.js';

/** About 200 characters of ordinary text. */
const CONTENT = `repeat('Why is the sky blue? ', 10)`;

/**
 * Fills one room with finished exchanges: `count` messages, alternately of the user and the model. Without triggers, and
 * so without foreign key checks, because a million of them take minutes.
 */
export async function fillRoom(
  databaseUrl: string,
  room: { id: string; userId: string },
  count: number,
): Promise<void> {
  await bulk(
    databaseUrl,
    `insert into messages (id, chatroom_id, user_id, seq, role, content, status, created_at, completed_at)
     select gen_random_uuid(), '${room.id}', '${room.userId}', n, case n % 2 when 1 then 'user' else 'model' end,
            ${CONTENT}, 'completed', now() - (${count} - n) * interval '1 minute', now()
     from generate_series(1, ${count}) n`,
    `update chatrooms set message_count = ${count}, last_message_at = now() where id = '${room.id}'`,
  );
}

/** Inserts `count` users, each with `rooms` rooms of `messages` messages. None of them can sign in. */
export async function fillTable(
  databaseUrl: string,
  count: number,
  each: { rooms: number; messages: number },
): Promise<void> {
  await bulk(
    databaseUrl,
    `insert into users (id, mobile_number, quota_key)
     select gen_random_uuid(), '+9170' || lpad(n::text, 8, '0'), decode(md5('crowd' || n), 'hex')
     from generate_series(1, ${count}) n`,
    `insert into chatrooms (id, user_id, name, name_source, message_count, last_message_at)
     select gen_random_uuid(), u.id, 'One of many rooms', 'user', ${each.messages}, now()
     from users u, generate_series(1, ${each.rooms}) where u.mobile_number like '+9170%'`,
    `insert into messages (id, chatroom_id, user_id, seq, role, content, status, created_at, completed_at)
     select gen_random_uuid(), r.id, r.user_id, n, case n % 2 when 1 then 'user' else 'model' end, ${CONTENT},
            'completed', now(), now()
     from chatrooms r, generate_series(1, ${each.messages}) n where r.name = 'One of many rooms'`,
  );
}

async function bulk(databaseUrl: string, ...statements: string[]): Promise<void> {
  await rows(databaseUrl, ['set session_replication_role = replica', ...statements].join(';\n'));
}
