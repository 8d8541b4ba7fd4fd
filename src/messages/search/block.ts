/**
 * A block: which grams each of up to 1,024 messages has, as a table of bits. A gram belongs to one of `buckets` slices (its
 * number modulo `buckets`), and bit n of the slice is set if message n has a gram of the slice. A search reads the slices of its
 * grams and keeps the messages whose bit is set in all of them: candidates, whose texts are then compared.
 */
export const BLOCK_MESSAGES = 1024;
export const SLICE_BYTES = BLOCK_MESSAGES / 8;

/** Bits for each gram of a message: one of eight is set, so a message passes eight slices by chance once in 16 million. */
const BITS_PER_GRAM = 8;
const MIN_BUCKETS = 512;
/** 4 MiB a block. Messages with more than some 4,000 grams each are candidates more often than they have to be. */
const MAX_BUCKETS = 32_768;

export interface Block {
  buckets: number;
  slices: Buffer;
}

/** Builds a block message by message, in the 4 MiB of the largest one: the grams of 1,024 long texts may take a gigabyte. */
export class BlockBuilder {
  private readonly slices = Buffer.alloc(MAX_BUCKETS * SLICE_BYTES);
  private messages = 0;
  private grams = 0;

  /** Adds the next message, at most {@link BLOCK_MESSAGES}. */
  add(grams: ReadonlySet<number>): void {
    const nth = this.messages++;
    this.grams += grams.size;
    for (const gram of grams)
      this.slices[(gram & (MAX_BUCKETS - 1)) * SLICE_BYTES + (nth >> 3)]! |= 1 << (nth & 7);
  }

  /** The table folded to the number of buckets that its grams need: bucket n has the bits of all n modulo that number. */
  build(): Block {
    const wanted = (this.grams * BITS_PER_GRAM) / BLOCK_MESSAGES;
    let buckets = MIN_BUCKETS;
    while (buckets < wanted && buckets < MAX_BUCKETS) buckets *= 2;
    const slices = Buffer.from(this.slices.subarray(0, buckets * SLICE_BYTES));
    for (let at = slices.length; at < this.slices.length; at += 1)
      slices[at % slices.length]! |= this.slices[at]!;
    return { buckets, slices };
  }
}

/**
 * The messages whose bit is set in every slice, the newest first.
 * @param slices one after the other, {@link SLICE_BYTES} each
 * @param before only messages before this one
 */
export function candidatesIn(slices: Buffer, before: number): number[] {
  const found: number[] = [];
  for (let byte = SLICE_BYTES - 1; byte >= 0; byte -= 1) {
    let bits = 0xff;
    for (let at = byte; at < slices.length && bits !== 0; at += SLICE_BYTES) bits &= slices[at]!;
    if (bits === 0) continue;
    for (let bit = 7; bit >= 0; bit -= 1)
      if (bits & (1 << bit) && byte * 8 + bit < before) found.push(byte * 8 + bit);
  }
  return found;
}

/** Place of a message in the order of results: by the time it was created, then by its id. */
export interface Position {
  /** Microseconds since 1970. */
  at: number;
  id: string;
}

/** Negative if `a` is older than `b`. */
export const comparePositions = (a: Position, b: Position): number =>
  a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const MEMBER_BYTES = 24;

/** 24 bytes a message: its position. */
export function packMembers(members: readonly Position[]): Buffer {
  const bytes = Buffer.alloc(members.length * MEMBER_BYTES);
  members.forEach(({ at, id }, nth) => {
    bytes.writeBigInt64BE(BigInt(at), nth * MEMBER_BYTES);
    bytes.write(id.replaceAll('-', ''), nth * MEMBER_BYTES + 8, 'hex');
  });
  return bytes;
}

export function unpackMembers(bytes: Buffer): Position[] {
  const members: Position[] = [];
  for (let at = 0; at < bytes.length; at += MEMBER_BYTES) {
    const hex = bytes.toString('hex', at + 8, at + MEMBER_BYTES);
    members.push({
      at: Number(bytes.readBigInt64BE(at)),
      id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    });
  }
  return members;
}
