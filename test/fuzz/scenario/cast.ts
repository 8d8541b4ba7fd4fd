import { seeded, type Random } from '../../chaos/random.js';
import type { Operation } from '../document.js';
import type { Fill } from '../requests/compose.js';
import { NOBODYS_ID } from '../requests/compose.js';
import type { Actor } from '../requests/plan.js';
import type { SymbolName } from '../values/hints.js';
import { addPerson, seededId, seededMobile, tokenOf, type Person } from './person.js';
import type { Target } from './target.js';

/** The people of one sequence. No other sequence uses them, so sequences can run in parallel or alone. */
export class Cast {
  readonly random: Random;
  /** The person whose data no other person may touch. */
  stranger!: Person;
  /** Sender of the generated requests; replaced when the session has ended. */
  spare!: Person;
  /** The account on which operators act. */
  subject!: Person;
  /** A used idempotency key. */
  key: string;
  private readonly outsiders = new Map<Actor, string>();

  private constructor(
    readonly target: Target,
    seed: number,
  ) {
    this.random = seeded(seed);
    this.key = `kanari-${seededId(this.random)}`;
  }

  static async gather(target: Target, seed: number): Promise<Cast> {
    const cast = new Cast(target, seed);
    cast.stranger = await cast.enrol('pro');
    cast.subject = await cast.enrol('basic');
    await cast.replaceSpare();
    return cast;
  }

  enrol(tier: 'basic' | 'pro' = 'basic', role: 'user' | 'admin' = 'user'): Promise<Person> {
    return addPerson(this.target.product, this.random, { tier, role });
  }

  /** Half of them are on Pro, and a third are admins. */
  async replaceSpare(): Promise<void> {
    const isAdmin = this.random.chance(1 / 3);
    this.spare = await this.enrol(this.random.chance(0.5) ? 'pro' : 'basic', isAdmin ? 'admin' : 'user');
  }

  /** All people whose secrets must not be in the log. */
  get people(): Person[] {
    return [this.stranger, this.spare, this.subject];
  }

  /** Values of this caller for the placeholders of a plan. */
  async fill(operation: Operation, caller: Person, actor: Actor): Promise<Fill> {
    const authorization = await this.authorization(caller, actor);
    return {
      authorization,
      headers: this.headers,
      symbol: (name) => this.symbol(name, caller),
      own: (nth) => this.ids(operation, caller, nth),
      foreign: () => this.ids(operation, this.stranger, 0) ?? {},
    };
  }

  /** Each sequence has its own address, because limits count addresses. */
  get headers(): [name: string, value: string][] {
    if (!this.target.isLimited) return [];
    return [['x-forwarded-for', `203.0.${this.random.between(0, 255)}.${this.random.between(1, 254)}`]];
  }

  /** The ids of a person's own objects for an operation's path. */
  private ids(operation: Operation, person: Person, nth: number): Record<string, string> | null {
    const { path } = operation;
    const at = <T>(list: T[]): T | undefined => list[nth % Math.max(1, list.length)];
    // Operators act on the subject, which no oracle checks afterwards.
    const whose =
      path.startsWith('/admin/') && (person !== this.stranger || this.spare.isAdmin) ? this.subject : person;
    const room = at(whose.rooms.filter(({ replies }) => !path.includes('{mid}') || replies.length > 0));
    const of: Record<string, string | undefined> = path.startsWith('/admin/api/users/')
      ? { id: whose.id }
      : path.startsWith('/admin/api/replies/')
        ? { id: at(whose.rooms.flatMap(({ replies }) => replies)) }
        : path.startsWith('/admin/api/deliveries/')
          ? { id: at(whose.rooms.flatMap(({ replies }) => replies)) }
          : path.startsWith('/admin/api/queues/')
            ? { name: 'sms', id: 'none' }
            : path.startsWith('/admin/api/webhook-events/')
              ? { id: person.eventId }
              : path.startsWith('/auth/sessions/')
                ? { id: at(person.sessions) ?? person.sessionId }
                : { id: room?.id, mid: room && at([...room.replies, ...room.messages]) };
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    if (wanted.some((name) => of[name] === undefined)) return null;
    return of as Record<string, string>;
  }

  private symbol(name: SymbolName, caller: Person): string {
    const [room] = caller.rooms;
    switch (name) {
      case 'ownMobile':
        return caller.mobile;
      case 'newMobile':
        return seededMobile(this.random);
      case 'strangersMobile':
        return this.stranger.mobile;
      case 'wrongCode':
        return String(this.random.between(0, 999_999)).padStart(6, '0');
      case 'challenge':
        return caller.challenge;
      case 'refreshToken':
        return caller.refreshToken;
      case 'oldRefreshToken':
        return caller.oldRefreshToken;
      case 'password':
        return caller.password;
      case 'model':
        return 'gemini-flash-latest';
      case 'cursor':
        return caller.cursors.at(-1) ?? 'none';
      case 'messageId':
        return room?.messages[0] ?? NOBODYS_ID;
      case 'roomId':
        return room?.id ?? NOBODYS_ID;
      case 'userId':
        return this.subject.id;
      case 'strangersRoom':
        return this.stranger.rooms[0]?.id ?? NOBODYS_ID;
      case 'strangersMessage':
        return this.stranger.rooms[0]?.messages[0] ?? NOBODYS_ID;
      case 'etag':
        return caller.etag;
      case 'eventId':
        return caller.eventId === 'evt_none' ? `evt_fuzz${this.random.between(0, 1e9)}` : caller.eventId;
      case 'key':
        return this.key;
      case 'customer':
        return 'cus_kanari';
    }
  }

  /** Tokens are created when they are first needed: few sequences need all of them. */
  private async authorization(caller: Person, actor: Actor): Promise<string | undefined> {
    if (actor === 'self') return `Bearer ${caller.token}`;
    if (actor === 'anonymous') return undefined;
    const known = this.outsiders.get(actor) ?? (await this.outsider(actor));
    this.outsiders.set(actor, known);
    return known;
  }

  private async outsider(actor: Exclude<Actor, 'self' | 'anonymous'>): Promise<string> {
    if (actor === 'garbage') return this.random.pick(NO_TOKENS);
    // A revocation costs requests, which a process with limits may refuse.
    const person = await this.enrol();
    if (actor === 'expired' || this.target.isLimited)
      return `Bearer ${tokenOf(person.id, person.sessionId, -5)}`;
    const client = this.target.product.client.as(person.token);
    if (actor === 'ended') await client.post('/auth/logout');
    if (actor === 'deleted') await client.delete('/user/me');
    if (actor === 'banned') {
      const admin = await this.enrol('basic', 'admin');
      await this.target.product.client.as(admin.token).post(`/admin/api/users/${person.id}/ban`);
    }
    return `Bearer ${person.token}`;
  }
}

const NO_TOKENS = [
  'Bearer',
  'Bearer x',
  'Basic kanari',
  'bearer a b',
  `Bearer ${'x'.repeat(3000)}`,
  'Bearer eyJhbGciOiJub25lIn0.e30.',
];
