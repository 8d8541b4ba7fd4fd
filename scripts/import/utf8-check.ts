import { isUtf8 } from 'node:buffer';

/**
 * Says of each piece of a file whether it is UTF-8 so far; a character may be cut by the end of a piece. Without decoding:
 * texts of the size of a piece are garbage that only a full collection takes away.
 */
export class Utf8Check {
  /** Of a character that goes on in the next piece. */
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

  /** Did the file end with a whole character? */
  get isWhole(): boolean {
    return this.cut.length === 0;
  }

  private get missing(): number {
    return this.isWhole ? 0 : lengthOf(this.cut[0]!) - this.cut.length;
  }
}

/** Bytes of a character, by its first one (RFC 3629 §3). */
const lengthOf = (first: number): number => (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1);

/** Bytes of the last character where it is not whole. */
function unfinished(piece: Buffer): number {
  for (let back = 1; back <= Math.min(3, piece.length); back += 1) {
    const byte = piece[piece.length - back]!;
    if ((byte & 0xc0) !== 0x80) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}
