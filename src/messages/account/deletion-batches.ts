/** A room, and the seq of its newest message. */
export interface RoomSize {
  id: string;
  size: number;
}

/** Messages that one statement deletes: those of `roomIds` with a seq from `fromSeq` to `toSeq`. */
export interface DeletionBatch {
  roomIds: string[];
  fromSeq: number;
  toSeq: number;
}

/** Messages per statement: about one second, far from the statement timeout. */
const BATCH = 50_000;

/** Splits rooms into batches of at most {@link BATCH} messages: several small rooms together, a large room in ranges. */
export function deletionBatches(rooms: RoomSize[], batch = BATCH): DeletionBatch[] {
  const batches: DeletionBatch[] = [];
  let small: string[] = [];
  let sum = 0;
  const close = () => {
    if (small.length > 0) batches.push({ roomIds: small, fromSeq: 1, toSeq: batch });
    [small, sum] = [[], 0];
  };
  for (const { id, size } of rooms) {
    if (size > batch) {
      for (let fromSeq = 1; fromSeq <= size; fromSeq += batch)
        batches.push({ roomIds: [id], fromSeq, toSeq: fromSeq + batch - 1 });
      continue;
    }
    if (sum + size > batch) close();
    small.push(id);
    sum += size;
  }
  close();
  return batches;
}
