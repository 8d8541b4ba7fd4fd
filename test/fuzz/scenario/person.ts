import type { Random } from '../../chaos/random.js';
import { signToken, testKeys } from '../../support/people.js';
import type { Product } from '../../support/product.js';
import type { Operation } from '../document.js';
import type { WireAnswer } from '../requests/wire.js';

export interface Room {
  id: string;
  messages: string[];
  replies: string[];
}

/** An id that a seed reproduces: a UUIDv7 in form, without the time of the run. */
export function seededId(random: Random): string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return `019a${hex(4)}-${hex(4)}-7${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
}

/** Indian mobile numbers have ten digits and begin with 6–9. */
export const seededMobile = (random: Random): string =>
  `+919${String(random.between(0, 999_999_999)).padStart(9, '0')}`;

/** A person who calls the API, with the ids of their responses. */
export class Person {
  rooms: Room[] = [];
  sessions: string[] = [];
  cursors: string[] = [];
  refreshToken = 'none';
  oldRefreshToken = 'none';
  challenge = 'none';
  password = 'kanari battery staple';
  etag = '"none"';
  eventId = 'evt_none';

  constructor(
    readonly id: string,
    public sessionId: string,
    public mobile: string,
    public token: string,
    readonly isAdmin: boolean,
  ) {}

  /** Takes the values of a response that later requests can use. */
  learn({ id }: Pick<Operation, 'id'>, path: string, { status, body, headers }: WireAnswer): void {
    if (status >= 300) return;
    if (id === 'deleteChatroom') this.rooms = this.rooms.filter((room) => !path.includes(room.id));
    if (typeof body !== 'object' || body === null) return;
    if (typeof body?.next_cursor === 'string') this.cursors.push(body.next_cursor as string);
    this.etag = headers.get('etag') ?? this.etag;
    if (typeof body?.challenge_id === 'string') this.challenge = body.challenge_id as string;
    if (id === 'createChatroom') this.rooms.push({ id: body.id as string, messages: [], replies: [] });
    if (id === 'listSessions') this.sessions = (body.data as { id: string }[]).map((session) => session.id);
    const exchange = body as {
      message?: { id?: string; chatroom_id?: string };
      reply?: { id?: string; chatroom_id?: string };
    };
    const room = this.rooms.find((one) => one.id === exchange?.reply?.chatroom_id);
    if (room && exchange.message?.id) room.messages.push(exchange.message.id);
    if (room && exchange.reply?.id && !room.replies.includes(exchange.reply.id))
      room.replies.push(exchange.reply.id);
  }
}

/** Inserts a signed-in person into the database. */
export async function addPerson(
  product: Product,
  random: Random,
  options: { tier?: 'basic' | 'pro'; role?: 'user' | 'admin'; suspended?: boolean } = {},
): Promise<Person> {
  const { tier = 'basic', role = 'user', suspended = false } = options;
  const [id, sessionId, mobile] = [seededId(random), seededId(random), seededMobile(random)];
  await product.rows(
    `with person as (
       insert into users (id, mobile_number, tier, role, quota_key, sandbox_proven, suspended_at)
       values ($1, $2, $3, $4, $5, true, case when $6 then now() end)
       returning id
     )
     insert into sessions (id, user_id, sandbox_proven, expires_at)
     select $7, id, true, now() + interval '30 days' from person`,
    [id, mobile, tier, role, testKeys.hmac('number-hash', mobile), suspended, sessionId],
  );
  return new Person(id, sessionId, mobile, tokenOf(id, sessionId), role === 'admin');
}

/** Longer than any sequence. */
const TOKEN_LIFE_SECONDS = 6 * 3600;

export function tokenOf(sub: string, sid: string, lifeSeconds = TOKEN_LIFE_SECONDS): string {
  const now = Math.floor(Date.now() / 1000);
  return signToken({ sub, sid, sbx: true, iat: now - 10, exp: now + lifeSeconds });
}
