import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Person } from '../../bench/lab/people.js';
import type { Follower } from './follower.js';
import type { Entry, Ledger } from './ledger.js';
import { ListReader } from './list-reader.js';
import { markOf, type Model } from './model.js';
import type { Random } from './random.js';
import type { Answer, Requests } from './requests.js';

const AGAIN_MS = 200;
/** Share of acknowledged messages that are sent again with the same key, */
const REPLAY_SHARE = 0.15;
/** and share that are sent twice at the same moment. */
const TWIN_SHARE = 0.15;
/** Refuses the conversation: the product asks again with the message alone, and fails a message that was alone. */
const REFUSAL = { outcome: 'http_error', status: 400 } as const;
/** Uses up the tokens before the first word: the reply fails at once, and its unit is given back. */
const DOOM = { outcome: 'max_tokens', afterChunks: 0 } as const;
/** Failures of the model: these two, a try that fails, an answer that breaks off, one that is blocked. */
const FATES = [
  { outcome: 'http_error', status: 503 },
  { outcome: 'cut', afterChunks: 1 },
  { outcome: 'safety', afterChunks: 0 },
  REFUSAL,
  DOOM,
] as const;
const FATE_SHARE = 0.04;
/** Of the rounds in a room: an earlier message gets another form, */
const EDIT_SHARE = 0.3;
/** or the conversation goes on from an earlier branch. */
const CHOICE_SHARE = 0.1;
/** Pause of a user past the limit before the next try. */
const REFUSED_MS = 1500;

/** Users who write in several rooms each, and retry until they know the outcome. */
export class Load {
  private stopping = false;
  private readonly over = new AbortController();
  private readonly lists: ListReader;
  private rooms: Promise<void>[] = [];

  constructor(
    private readonly requests: Requests,
    private readonly ledger: Ledger,
    private readonly follower: Follower,
    private readonly model: Model,
    private readonly random: Random,
  ) {
    this.lists = new ListReader(requests, ledger);
    // Every room listens for the end of the run.
    setMaxListeners(0, this.over.signal);
  }

  start(people: Person[]): void {
    this.rooms = people.flatMap((person) => person.rooms.map((roomId) => this.converse(person, roomId)));
  }

  /** Stops new messages; those in progress are retried until their outcome is known, at most until `deadline`. */
  async stop(deadline: number): Promise<void> {
    this.stopping = true;
    const timer = setTimeout(() => this.over.abort(), deadline - Date.now());
    await Promise.all(this.rooms);
    clearTimeout(timer);
  }

  private async converse(person: Person, roomId: string): Promise<void> {
    await pause(this.random.between(0, 500));
    const earlier: Entry[] = [];
    while (!this.stopping) {
      const edited = this.anyOf(earlier, EDIT_SHARE);
      const chosen = edited ? null : this.anyOf(earlier, CHOICE_SHARE);
      if (chosen) await this.choose(chosen);
      const entries = edited
        ? [this.compose(person, roomId, edited.message!.id)]
        : Array.from({ length: this.random.pick([1, 1, 1, 2, 3]) }, () => this.compose(person, roomId));
      await Promise.all(entries.map((entry) => this.send(entry)));
      const accepted = entries.filter(({ outcome }) => outcome === 'acknowledged');
      await Promise.all(accepted.map((entry) => this.follower.follow(entry, this.over.signal)));
      earlier.push(...accepted);
      await pause(accepted.length > 0 ? this.random.between(0, 300) : REFUSED_MS);
    }
  }

  /** One of the room's earlier messages in this share of the rounds. */
  private anyOf(earlier: Entry[], share: number): Entry | null {
    return earlier.length > 0 && this.random.chance(share) ? this.random.pick(earlier) : null;
  }

  /** Repeats the request until it is answered: the end is the same, however often it is carried out. */
  private async choose({ roomId, token, message }: Entry): Promise<void> {
    this.ledger.choices.push({ roomId, messageId: message!.id });
    while (!this.over.signal.aborted) {
      const answer = await this.requests.put(`/chatroom/${roomId}/active`, token, {
        message_id: message!.id,
      });
      if (answer?.status === 200) return;
      if (answer && ![408, 503].includes(answer.status))
        return this.ledger.violate('answers', `choosing a branch answered ${answer.status}`);
      await pause(AGAIN_MS * this.random.between(1, 3));
    }
  }

  private compose({ id, token }: Person, roomId: string, editedId: string | null = null): Entry {
    const key = randomUUID();
    const fate = FATES.find(() => this.random.chance(FATE_SHARE));
    const isSet = fate !== undefined && this.model.misbehave(key, fate);
    return this.ledger.add({
      key,
      userId: id,
      token,
      roomId,
      content: `Why is the sky blue? ${markOf(key)}`,
      editedId,
      doomed: isSet && (fate === DOOM || fate === REFUSAL),
    });
  }

  /** Sends until a response tells the outcome. */
  private async send(entry: Entry): Promise<void> {
    const sending = [this.sendUntilKnown(entry)];
    if (this.random.chance(TWIN_SHARE)) sending.push(this.sendUntilKnown(entry));
    await Promise.all(sending);
    if (entry.outcome !== 'acknowledged') return;
    if (this.random.chance(REPLAY_SHARE)) {
      this.ledger.counts.replays += 1;
      await this.sendUntilKnown(entry);
    }
    await this.lists.expectFresh(entry);
  }

  private async sendUntilKnown(entry: Entry): Promise<void> {
    const path = entry.editedId === null ? 'message' : `messages/${entry.editedId}/edit`;
    for (let tries = 1; !this.over.signal.aborted; tries += 1) {
      entry.tries += 1;
      const wasAcknowledged = entry.outcome === 'acknowledged';
      if (tries > 1) this.ledger.counts.retried += 1;
      const answer = await this.requests.post(
        `/chatroom/${entry.roomId}/${path}`,
        entry.token,
        { content: entry.content },
        { 'idempotency-key': entry.key },
      );
      if (answer && this.isKnown(entry, answer, wasAcknowledged)) return;
      await pause(AGAIN_MS * this.random.between(1, 3));
    }
  }

  private isKnown(entry: Entry, { status, body }: Answer, wasAcknowledged: boolean): boolean {
    switch (status) {
      case 200:
      case 201:
      case 202:
        this.acknowledge(entry, body);
        return true;
      case 429:
        if (wasAcknowledged)
          this.ledger.violate('duplicated', `${entry.key} was accepted, and its replay refused by the limit`);
        if (entry.outcome === 'open') entry.outcome = 'refused';
        return true;
      case 503:
        this.ledger.counts.unavailable += 1;
        return false;
      case 409: // idempotency_in_progress, or an edit while a reply of the room runs
      case 408:
        return false;
      default:
        this.ledger.violate('answers', `send answered ${status} ${body?.code}, request ${body?.request_id}`);
        return status < 500;
    }
  }

  private acknowledge(
    entry: Entry,
    { message, reply }: { message: Entry['message']; reply: Entry['reply'] },
  ): void {
    if (entry.message && (entry.message.id !== message!.id || entry.reply!.id !== reply!.id))
      this.ledger.violate('duplicated', `${entry.key} was answered with two messages`);
    // Also after a concurrent request was refused, because a unit was given back in between.
    entry.outcome = 'acknowledged';
    entry.message ??= { id: message!.id, seq: message!.seq };
    entry.reply ??= { id: reply!.id, seq: reply!.seq };
  }
}
