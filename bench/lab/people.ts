import pg from 'pg';
import type { AccessTokenClaims } from '../../src/auth/tokens/access-token.js';
import { newId } from '../../src/platform/crypto/id.js';
import { jwt, keys } from './keys.js';

/** A signed-in Pro user. */
export interface Person {
  id: string;
  token: string;
  rooms: string[];
}

/** Longer than any benchmark. */
const TOKEN_LIFE_SECONDS = 6 * 3600;

/**
 * Inserts signed-in users with empty rooms into a database.
 * @param before number of users inserted earlier
 */
export async function addPeople(
  databaseUrl: string,
  count: number,
  roomsEach: number,
  before = 0,
): Promise<Person[]> {
  const people = Array.from({ length: count }, (_, at) => {
    const [id, sessionId] = [newId(), newId()];
    const iat = Math.floor(Date.now() / 1000);
    const claims: AccessTokenClaims = { sub: id, sid: sessionId, gen: 1, iat, exp: iat + TOKEN_LIFE_SECONDS };
    return {
      id,
      sessionId,
      mobile: `+9190${String(before + at).padStart(8, '0')}`,
      token: jwt.sign(claims),
      rooms: Array.from({ length: roomsEach }, newId),
    };
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `insert into users (id, mobile_number, tier, quota_key)
     select * from unnest($1::uuid[], $2::text[], array_fill('pro'::text, array[$4::int]), $3::bytea[])`,
    [ids(people), people.map((p) => p.mobile), people.map((p) => keys.hmac('number-hash', p.mobile)), count],
  );
  await client.query(
    `insert into sessions (id, user_id, expires_at)
     select id, user_id, now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as s (id, user_id)`,
    [people.map((p) => p.sessionId), ids(people)],
  );
  await client.query(
    `insert into chatrooms (id, user_id, name, name_source)
     select id, user_id, 'Why the sky is blue, and other questions', 'user'
     from unnest($1::uuid[], $2::uuid[]) as r (id, user_id)`,
    [people.flatMap((p) => p.rooms), people.flatMap((p) => p.rooms.map(() => p.id))],
  );
  await client.end();
  return people;
}

const ids = (people: { id: string }[]): string[] => people.map(({ id }) => id);
