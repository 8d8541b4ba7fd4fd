import { setTimeout as pause } from 'node:timers/promises';
import type { Entry, Ledger } from './ledger.js';
import type { Options } from './options.js';
import type { Random } from './random.js';
import type { Requests } from './requests.js';
import { StreamClient } from './stream-client.js';

/** Poll interval of readers that do not wait. */
const LOOK_MS = 250;
/** Share of readers that poll the growing text; the others wait for its end. */
const LOOKER_SHARE = 0.4;
/** Share of readers that poll although streams exist. */
const POLLER_SHARE = 0.3;

interface Seen {
  status: string;
  attempt: number;
  content: string;
  completed_at: string | null;
}

/** Follows replies to their end, in the ways of real clients. */
export class Follower {
  private readonly streamClient: StreamClient;
  /** Null: not known yet. */
  private streams: boolean | null;

  constructor(
    private readonly requests: Requests,
    private readonly ledger: Ledger,
    private readonly random: Random,
    streams: Options['streams'],
  ) {
    this.streamClient = new StreamClient(requests, ledger, random);
    this.streams = streams === 'auto' ? null : streams === 'on';
  }

  get usesStreams(): boolean {
    return this.streams === true;
  }

  /** Until the reply is final, or until `signal`. */
  async follow(entry: Entry, signal: AbortSignal): Promise<void> {
    this.streams ??= await this.streamClient.isThere(entry);
    if (this.streams && !this.random.chance(POLLER_SHARE)) return this.streamClient.follow(entry, signal);
    return this.poll(entry, signal, this.random.chance(LOOKER_SHARE));
  }

  private async poll(entry: Entry, signal: AbortSignal, looks: boolean): Promise<void> {
    let last: Seen | null = null;
    while (!signal.aborted) {
      const answer = await this.requests.get(
        `/chatroom/${entry.roomId}/messages/${entry.reply!.id}`,
        entry.token,
        looks ? {} : { prefer: 'wait=5' },
      );
      if (answer?.status === 404) return this.ledger.violate('lost', `reply ${entry.reply!.id} answers 404`);
      if (answer?.status === 200) {
        const seen = answer.body as Seen;
        this.compare(entry, last, seen);
        last = seen;
        if (seen.completed_at !== null) {
          entry.final ??= { status: seen.status, content: seen.content };
          return;
        }
      }
      if (looks || answer?.status !== 200) await pause(LOOK_MS);
    }
  }

  /** Within one attempt a text only grows. */
  private compare(entry: Entry, last: Seen | null, seen: Seen): void {
    if (!last || last.attempt !== seen.attempt || last.status !== 'streaming') return;
    if (seen.status === 'failed' || seen.status === 'retrying' || seen.status === 'queued') return;
    if (!seen.content.startsWith(last.content))
      this.ledger.violate('text', `reply ${entry.reply!.id} lost what attempt ${seen.attempt} had said`);
  }
}
