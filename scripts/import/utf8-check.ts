import { isUtf8 } from 'node:buffer';

/**
 * Checks piece by piece whether a file is UTF-8; a piece may end within a character. It does not decode: strings as long
 * as a piece are freed only by a full garbage collection.
 */
export class Utf8Check {
  /** Bytes of a character that continues in the next piece. */
  private cut = Buffer.alloc(0);

  take(piece: Buffer): boolean {
    const from = Math.min(this.missing, piece.length);
    this.cut = Buffer.concat([this.cut, piece.subarray(0, from)]);
    if (this.missing > 0) return true;
    const whole = isUtf8(this.cut);
    const until = Math.max(from, piece.length - unfinished(piece));
    this.cut = Buffer.from(piece.subarray(until));
    return whole && isUtf8(piece.subarray(from, until));
  }

  /** True if the file ended with a complete character. */
  get isWhole(): boolean {
    return this.cut.length === 0;
  }

  private get missing(): number {
    return this.isWhole ? 0 : lengthOf(this.cut[0]!) - this.cut.length;
  }
}

/** Length of a character in bytes, by its first byte (RFC 3629 §3). */
const lengthOf = (first: number): number => (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1);

/** Length of an incomplete last character; 0 for a complete one. */
function unfinished(piece: Buffer): number {
  for (let back = 1; back <= Math.min(3, piece.length); back += 1) {
    const byte = piece[piece.length - back]!;
    if ((byte & 0xc0) !== 0x80) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}
