import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { StreamParser, type StreamEvent } from '../../support/stream-parser.js';
import type { Random } from '../random.js';
import { StreamedText } from '../streamed-text.js';
import { openStream } from './connection.js';
import type { Tally } from './tally.js';

/** Latest byte at which a connection is cut: within its first events, among the next, or far behind them. */
const MOST_BYTES = [120, 400, 1500];
/** Probability of further cuts after a stream has been cut often enough. */
const CUT_ON_CHANCE = 0.3;
/** Share of streams that are cut once more when only `done` is missing. */
const CUT_BEFORE_DONE_SHARE = 0.3;
const AGAIN_MS = 200;

/** The stream's path. */
export interface Source {
  /** The API processes; each connection goes to another one than the previous. */
  urls: readonly string[];
  path: string;
  token: string;
}

/** Reads one reply to its end, over connections that it cuts at any byte. */
export class CutReader {
  readonly read = new StreamedText();
  private connections = 0;
  private dueCuts: number;
  private dueBeforeDone: boolean;
  /** Only `done` is missing. */
  private hasAllText = false;
  private isBroken = false;

  constructor(
    private readonly source: Source,
    cuts: number,
    private readonly random: Random,
    private readonly tally: Tally,
  ) {
    this.dueCuts = cuts;
    this.dueBeforeDone = random.chance(CUT_BEFORE_DONE_SHARE);
  }

  /** Until `done` came and a further read is 204; at most until `deadline`. */
  async readToEnd(deadline: number): Promise<void> {
    while (!this.read.done && !this.isBroken) {
      if (Date.now() > deadline) return this.differs('did not end');
      await this.readOn();
    }
    while (this.read.done && !this.isBroken && !(await this.isToldOfTheEnd())) await pause(AGAIN_MS);
  }

  differs(what: string): void {
    this.isBroken = true;
    this.tally.differences.push(`${this.source.path} at ${this.read.lastEventId}: ${what}`);
  }

  /** One connection. */
  private async readOn(): Promise<void> {
    const response = await this.open();
    if (!response || response.statusCode === 503) {
      response?.destroy();
      this.tally.refused += 1;
      await pause(AGAIN_MS);
    } else if (response.statusCode === 200) {
      await this.readEvents(response).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET') this.left();
        else this.differs(error.message); // no UTF-8, or no JSON
      });
    } else {
      response.destroy();
      this.differs(`answered ${response.statusCode}`);
    }
  }

  private async readEvents(response: IncomingMessage): Promise<void> {
    const parser = new StreamParser();
    let bytesLeft = this.chooseCut();
    if (bytesLeft === 0) {
      response.destroy();
      return this.cut();
    }
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const bytes = chunk.subarray(0, bytesLeft);
      bytesLeft -= bytes.length;
      this.tally.bytes += bytes.length;
      for (const event of parser.push(bytes)) {
        if (event.event === 'done' && this.cutsBeforeDone()) return;
        this.take(event);
      }
      if (this.read.done) bytesLeft = Infinity; // any further event is a fault
      if (bytesLeft === 0) return this.cut();
    }
    if (!this.read.done) this.left();
  }

  /** Bytes until the next cut; a stream that has been cut often enough, and lacks only `done`, is not cut again. */
  private chooseCut(): number {
    const cuts = this.dueCuts > 0 || (!this.hasAllText && this.random.chance(CUT_ON_CHANCE));
    return cuts ? this.random.between(0, this.random.pick(MOST_BYTES)) : Infinity;
  }

  private cut(): void {
    this.dueCuts -= 1;
    this.tally.cuts += 1;
  }

  /** The connection broke on the last byte of `done`, so that it was not received. */
  private cutsBeforeDone(): boolean {
    this.hasAllText = true;
    if (this.dueCuts <= 0 && !this.dueBeforeDone) return false;
    this.dueBeforeDone = false;
    this.tally.cutBeforeDone += 1;
    this.cut();
    return true;
  }

  private left(): void {
    if (this.read.done) this.differs('was not closed after done');
    else this.tally.leftByServer += 1;
  }

  private take(event: StreamEvent): void {
    const { read } = this;
    if (read.done) this.differs(`${event.event} came after done`);
    const hadAllText = this.hasAllText && event.event !== 'done';
    if (hadAllText && event.event !== 'status') this.differs(`${event.event} came after the last text`);
    if (event.event === 'reset') this.noteReset(event);
    if (event.event === 'delta') this.tally.deltas += 1;
    const wrong = read.take(event);
    if (wrong !== null) this.differs(wrong);
  }

  private noteReset({ id }: StreamEvent): void {
    const { lastEventId, text } = this.read;
    this.tally.resets += 1;
    if (text !== '') this.tally.takenBack += 1;
    if (lastEventId !== null && attemptOf(id) <= attemptOf(lastEventId))
      this.differs(`reset ${id}, though that attempt had begun`);
  }

  /** False: no response. */
  private async isToldOfTheEnd(): Promise<boolean> {
    const response = await this.open();
    response?.destroy();
    if (!response || response.statusCode === 503) return false;
    if (response.statusCode !== 204) this.differs(`answered ${response.statusCode} after done`);
    return true;
  }

  private open(): Promise<IncomingMessage | null> {
    const { urls, path, token } = this.source;
    const url = urls[this.connections % urls.length]!;
    this.connections += 1;
    if (this.read.lastEventId !== null) this.tally.resumes += 1;
    return openStream(url + path, token, this.read.lastEventId);
  }
}

const attemptOf = (id: string | null): number => Number(id?.split('-', 1)[0]);
