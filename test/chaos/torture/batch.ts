import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { rows } from '../../../bench/lab/lab.js';
import type { Person } from '../../../bench/lab/people.js';
import type { Cluster } from '../cluster.js';
import { markOf, type ModelCall } from '../model.js';
import { seeded, type Random } from '../random.js';
import { Requests, type MaybeAnswer } from '../requests.js';
import { CutReader } from './cut-reader.js';
import type { Tally } from './tally.js';

/** Longer than a reply takes whose worker is killed several times on a slow machine. */
const PATIENCE_MS = 240_000;
const AGAIN_MS = 200;

/** The room and reader of one reply. */
export interface Room {
  roomId: string;
  person: Person;
  /** Random numbers of this stream only, so that a seed always cuts it at the same bytes. */
  random: Random;
}

/** A reply that was read to its end. */
interface Read {
  key: string;
  replyId: string;
  reader: CutReader;
}

interface Row extends Record<string, unknown> {
  id: string;
  status: string;
  attempt: number;
  content: string;
}

/** Streams one reply in each room of these users, and compares the read texts with the database. */
export class Batch {
  private readonly requests: Requests;

  constructor(
    private readonly cluster: Cluster,
    private readonly cuts: number,
    seed: number,
    private readonly tally: Tally,
  ) {
    this.requests = new Requests(cluster.apiUrls, seeded(seed));
  }

  async run(rooms: Room[]): Promise<void> {
    const read = await Promise.all(rooms.map((room) => this.stream(room)));
    const found = await rows<Row>(
      this.cluster.postgres.url,
      'select id, status, attempt, content from messages where id = any($1)',
      [read.map(({ replyId }) => replyId)],
    );
    const byId = new Map(found.map((row) => [row.id, row]));
    const calls = this.cluster.model.callsByKey();
    for (const one of read) this.compare(one, byId.get(one.replyId)!, calls.get(one.key) ?? []);
  }

  private async stream({ roomId, person: { token }, random }: Room): Promise<Read> {
    const key = randomUUID();
    const replyId = await this.send(`/chatroom/${roomId}/message`, token, key);
    const urls = random.shuffle(this.cluster.apiUrls);
    const path = `/chatroom/${roomId}/messages/${replyId}/stream`;
    const reader = new CutReader({ urls, path, token }, this.cuts, random, this.tally);
    await reader.readToEnd(Date.now() + PATIENCE_MS);
    return { key, replyId, reader };
  }

  /** @returns the id of the reply */
  private async send(path: string, token: string, key: string): Promise<string> {
    const body = { content: `Why is the sky blue? ${markOf(key)}` };
    const deadline = Date.now() + PATIENCE_MS;
    let answer: MaybeAnswer = null;
    while (Date.now() < deadline) {
      answer = await this.requests.post(path, token, body, { 'idempotency-key': key });
      if (answer && answer.status < 300) return answer.body.reply.id;
      this.tally.refused += 1;
      await pause(AGAIN_MS);
    }
    throw new Error(`a message could not be sent: ${answer?.status} ${answer?.body?.code}`);
  }

  private compare({ reader }: Read, { status, attempt, content }: Row, calls: ModelCall[]): void {
    const { text, done, lastEventId } = reader.read;
    this.tally.streams += 1;
    this.tally.attempts += attempt;
    if (!done) return; // reported already
    if (!Buffer.from(text).equals(Buffer.from(content))) reader.differs('the text is not the final content');
    if (done.content !== content) reader.differs('done has another content');
    if (!calls.some((call) => call.text === content))
      reader.differs('the content is not what the model said');
    if (status !== 'completed') reader.differs(`ended ${status}`);
    if (lastEventId !== `${attempt}-end`) reader.differs(`the last attempt was ${attempt}`);
  }
}
