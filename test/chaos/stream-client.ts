import { setTimeout as pause } from 'node:timers/promises';
import { StreamParser } from '../support/stream-parser.js';
import type { Entry, Ledger } from './ledger.js';
import type { Random } from './random.js';
import type { Requests } from './requests.js';
import { StreamedText } from './streamed-text.js';

/** Pings come every 15 s: a connection that is silent for longer is dead. */
const SILENCE_MS = 16_000;
/** Probability that the reader cuts its own connection, at any byte. */
const CUT_CHANCE = 0.4;
const MOST_BYTES_BEFORE_CUT = 6_000;
const AGAIN_MS = 150;

/** Reads replies by their streams: cut at random, resumed at any process, until `done`. */
export class StreamClient {
  constructor(
    private readonly requests: Requests,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** True if the route exists; null without a response. */
  async isThere(entry: Entry): Promise<boolean | null> {
    const response = await this.open(entry, null, new AbortController());
    await response?.body?.cancel().catch(() => undefined);
    return response && response.status < 500 ? response.status !== 404 : null;
  }

  /** Until the end of the reply, or until `signal`. */
  async follow(entry: Entry, signal: AbortSignal): Promise<void> {
    const read = new StreamedText();
    while (!read.done && !signal.aborted) {
      await this.readOn(entry, read, signal);
      if (!read.done) await pause(AGAIN_MS);
    }
    if (!read.done) return;
    this.ledger.streams.whole += 1;
    entry.final ??= { status: read.done.status, content: read.done.content };
  }

  /** One connection. */
  private async readOn(entry: Entry, read: StreamedText, signal: AbortSignal): Promise<void> {
    const connection = new AbortController();
    const response = await this.open(entry, read.lastEventId, connection);
    if (!response?.body || response.status !== 200) {
      if (response?.status === 204)
        this.ledger.violate('stream', `${entry.reply!.id}: 204 to ${read.lastEventId}`);
      return response?.body?.cancel().catch(() => undefined);
    }
    this.ledger.streams.opened += 1;
    let bytesLeft = this.random.chance(CUT_CHANCE) ? this.random.between(0, MOST_BYTES_BEFORE_CUT) : Infinity;
    const parser = new StreamParser();
    const silence = setTimeout(() => connection.abort(), SILENCE_MS);
    const stop = () => connection.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        silence.refresh();
        const bytes = chunk.subarray(0, Math.min(chunk.length, bytesLeft));
        bytesLeft -= bytes.length;
        for (const event of parser.push(bytes)) {
          const wrong = read.take(event);
          if (wrong !== null) this.ledger.violate('stream', `${entry.reply!.id}: ${wrong}`);
        }
        if (read.done) return;
        if (bytesLeft > 0) continue;
        this.ledger.streams.cut += 1;
        return;
      }
    } catch (error) {
      // A broken connection is expected; bytes that are not UTF-8 are a fault.
      if (
        error instanceof TypeError &&
        (error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
      )
        this.ledger.violate('stream', `${entry.reply!.id}: a character was split`);
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      connection.abort();
    }
  }

  private async open(
    entry: Entry,
    lastEventId: string | null,
    connection: AbortController,
  ): Promise<Response | null> {
    const timer = setTimeout(() => connection.abort(), SILENCE_MS);
    try {
      return await fetch(
        `${this.requests.anyUrl()}/chatroom/${entry.roomId}/messages/${entry.reply!.id}/stream`,
        {
          headers: {
            authorization: `Bearer ${entry.token}`,
            accept: 'text/event-stream',
            ...(lastEventId !== null && { 'last-event-id': lastEventId }),
          },
          signal: connection.signal,
        },
      );
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
