import { randomUUID } from 'node:crypto';
import { finalReply } from './conversations.js';
import { StreamReader } from './event-stream.js';
import { newUser, type TestUser } from './people.js';
import type { Product } from './product.js';
import { listOf, newRoom } from './rooms.js';

/** The load of some users: enough that each process has requests and open streams at every moment. */
const USERS = 8;

/** One answered message. */
export interface Exchange {
  user: TestUser;
  replyId: string;
  /** Wall-clock time of the send and of the complete answer, in ms. */
  sentAt: number;
  answeredAt: number;
}

/**
 * Users who create rooms, read lists, send messages and read streamed answers, without a pause, until they are stopped.
 * Any response but the expected one is a failure, and so is a streamed text that differs from the stored one, or a list
 * without the user's newest room.
 */
export class Traffic {
  readonly failures: string[] = [];
  readonly answered: Exchange[] = [];
  /** Streams that ended before their reply, and were continued with Last-Event-ID. */
  moved = 0;
  requests = 0;
  private stopping = false;
  private readonly users: Promise<void>[];

  private constructor(
    private readonly on: Product,
    people: TestUser[],
  ) {
    this.users = people.map((user) => this.live(user));
  }

  static async on(product: Product, users = USERS): Promise<Traffic> {
    const people = await Promise.all(Array.from({ length: users }, () => newUser(product, { tier: 'pro' })));
    return new Traffic(product, people);
  }

  /** Lets each user end the current exchange. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.users);
  }

  private async live(user: TestUser): Promise<void> {
    while (!this.stopping)
      try {
        await this.exchange(user);
      } catch (error) {
        // fetch hides the reason of a broken connection in the cause.
        const { message, cause } = error as Error;
        this.failures.push(cause instanceof Error ? `${message}: ${cause.message}` : message);
      }
  }

  private async exchange(user: TestUser): Promise<void> {
    const room = (await newRoom(user)).id;
    const { ids } = await listOf(user.client);
    if (!ids.includes(room)) throw new Error(`the list of ${user.id} is older than the room ${room}`);
    const sentAt = Date.now();
    const sent = await user.client.post(
      `/chatroom/${room}/message`,
      { content: 'Tell me a story of some length, please.' },
      { headers: { 'idempotency-key': randomUUID() } },
    );
    this.requests += 3;
    if (sent.status !== 202) throw new Error(`the send was answered ${sent.status}: ${sent.text}`);
    const replyId: string = sent.body.reply.id;
    const reader = new StreamReader(user.token);
    while (!reader.done) {
      this.requests += 1;
      await reader.read(`${this.on.url}/chatroom/${room}/messages/${replyId}/stream`);
      if (reader.status !== 200) throw new Error(`the stream was answered ${reader.status}`);
      if (!reader.done) this.moved += 1;
    }
    this.answered.push({ user, replyId, sentAt, answeredAt: Date.now() });
    const reply = await finalReply(user, sent);
    this.requests += 1;
    if (reply.status !== 'completed') throw new Error(`reply ${replyId} is ${reply.status}`);
    if (reply.content !== reader.text) throw new Error(`the stream of ${replyId} differs from its row`);
  }
}
