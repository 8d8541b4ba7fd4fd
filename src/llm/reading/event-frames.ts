import { AnswerTooLarge } from '../language-model.js';

/** The size limit of an event, and callbacks for bytes and signs of life. */
export interface FrameBounds {
  eventBytes: number;
  /** Counts bytes; throws when there are too many. */
  onBytes: (count: number) => void;
  /** A comment or an empty line came: a sign of life without content. */
  onAlive: () => void;
}

const [LF, CR, COLON, SPACE] = [10, 13, 58, 32];
const DATA = Buffer.from('data');
const BOM = [0xef, 0xbb, 0xbf];
/** Charged for each `data:` line, so that thousands of empty ones reach the limit, too. */
const LINE_BYTES = 16;

/**
 * Splits a byte stream into the data of its server-sent events (WHATWG HTML, 9.2.6), with a size limit for each. Replaces
 * the client libraries' own buffers, which have no limit and take quadratic time for one long line.
 */
export class EventFrames {
  private line: Uint8Array[] = [];
  private lineBytes = 0;
  private data: Buffer[] = [];
  private dataBytes = 0;
  private afterCarriageReturn = false;
  private isFirst = true;

  constructor(private readonly bounds: FrameBounds) {}

  /**
   * Adds bytes and yields the data of each event that they complete.
   * @throws AnswerTooLarge
   */
  *push(chunk: Uint8Array): Generator<Buffer, void> {
    this.bounds.onBytes(chunk.length);
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) {
        this.afterCarriageReturn = false;
        continue;
      }
      const isSecondHalf = byte === LF && this.afterCarriageReturn && at === start;
      this.afterCarriageReturn = byte === CR;
      if (!isSecondHalf) {
        this.keep(chunk.subarray(start, at));
        const event = this.endLine();
        if (event) yield event;
      }
      start = at + 1;
    }
    this.keep(chunk.subarray(start));
  }

  /** Ends the stream and returns its last event, which may lack the empty line. */
  end(): Buffer | null {
    if (this.lineBytes > 0) this.endLine();
    return this.takeEvent();
  }

  private keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.line.push(part);
    this.lineBytes += part.length;
    if (this.lineBytes + this.dataBytes > this.bounds.eventBytes) throw new AnswerTooLarge();
  }

  private endLine(): Buffer | null {
    const line = this.withoutByteOrderMark(Buffer.concat(this.line, this.lineBytes));
    this.line = [];
    this.lineBytes = 0;
    if (line.length === 0) return this.takeEvent();
    if (line[0] === COLON) this.bounds.onAlive();
    const isData = line.subarray(0, 4).equals(DATA) && (line.length === 4 || line[4] === COLON);
    if (isData) {
      const value = line.subarray(line[5] === SPACE ? 6 : 5);
      this.data.push(value);
      this.dataBytes += value.length + LINE_BYTES;
    }
    return null;
  }

  private takeEvent(): Buffer | null {
    if (this.data.length === 0) {
      this.bounds.onAlive();
      return null;
    }
    // Data lines are joined by a space: in JSON a line break between tokens is white space.
    const event = this.data.length === 1 ? this.data[0]! : Buffer.from(this.data.join(' '));
    this.data = [];
    this.dataBytes = 0;
    return event;
  }

  /** Removes a byte order mark from the first line. */
  private withoutByteOrderMark(line: Buffer): Buffer {
    const marked = this.isFirst && BOM.every((byte, at) => line[at] === byte);
    this.isFirst = false;
    return marked ? line.subarray(3) : line;
  }
}
