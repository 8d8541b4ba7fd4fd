import { rows } from '../lab/lab.js';
import type { Person } from '../lab/people.js';
import type { SearchSize } from './figures.js';

/** A word of about ten messages of the person. */
export const RARE = (nth: number): string => `zyq${(nth * 7919) % 9973}xv`;

/**
 * A text of 8 to 60 words with the frequencies of a language: word n occurs n times less often than the first. The most frequent
 * are English ones, the others invented, of letters.
 */
const FUNCTION = `
  create function bench_text(seed integer) returns text language sql as $$
    select string_agg(case when rank < 12
        then (array['the','of','and','to','in','is','you','that','it','was','for','on'])[rank + 1]
        else 'w' || rank || substr('aeiouaeiouaeiou', 1 + rank % 9, rank % 4) end, ' ')
      || case when seed % 10 = 0 then ' zyq' || (seed / 100 * 7919) % 9973 || 'xv' else '' end
    from (select floor(exp(random() * ln(40000))) - 1 as rank from generate_series(1, 8 + seed % 53)) w
  $$`;

/** Fills the rooms of a person with `own` messages, and rooms of others with `others`. */
export async function fillWithTexts(
  databaseUrl: string,
  person: Person,
  { own, others }: SearchSize,
): Promise<void> {
  await rows(
    databaseUrl,
    FUNCTION.replace(
      'floor(exp(random() * ln(40000))) - 1',
      '(floor(exp(random() * ln(40000))) - 1)::integer',
    ),
  );
  const [perRoom, crowd] = [Math.ceil(own / person.rooms.length), Math.ceil(others / 1000)];
  await rows(
    databaseUrl,
    `
    set session_replication_role = replica;
    insert into messages (id, chatroom_id, user_id, seq, role, content, status, created_at, completed_at)
    select gen_random_uuid(), r.id, r.user_id, n, case n % 2 when 1 then 'user' else 'model' end, bench_text(n * 20),
      'completed', now() - (${own} - n) * interval '1 minute', now()
    from chatrooms r, generate_series(1, ${perRoom}) n where r.user_id = '${person.id}';
    insert into users (id, mobile_number, quota_key)
    select gen_random_uuid(), '+9170' || lpad(n::text, 8, '0'), decode(md5('crowd' || n), 'hex') from generate_series(1, ${crowd}) n;
    insert into chatrooms (id, user_id, name, name_source, message_count)
    select gen_random_uuid(), id, 'Room', 'user', 1000 from users where mobile_number like '+9170%';
    insert into messages (id, chatroom_id, user_id, seq, role, content, status, created_at, completed_at)
    select gen_random_uuid(), r.id, r.user_id, n, case n % 2 when 1 then 'user' else 'model' end,
      'the sky of one of many ' || md5(n::text || r.id), 'completed', now() - n * interval '1 minute', now()
    from chatrooms r, generate_series(1, 1000) n where r.name = 'Room';
    insert into search_tail (user_id, created_at, message_id) select user_id, created_at, id from messages;
    insert into search_due (user_id) values ('${person.id}')`,
  );
}
