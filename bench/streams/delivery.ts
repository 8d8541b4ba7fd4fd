import { machineMs } from '../lab/clock.js';
import { processorMicroseconds } from '../lab/processor.js';
import { ask } from './exchange.js';
import { spread, type Delivery } from './figures.js';
import { atPace } from './pace.js';
import type { Site } from './site.js';

const PIECES_PER_SECOND = 20;
const EVERY_MS = 1000 / PIECES_PER_SECOND;
const OPENED_PER_SECOND = 100;
/** Time between the opening of the last stream and the first counted piece. */
const SETTLE_MS = 1000;
/** Longest wait for a product that does not keep up. */
const PATIENCE_MS = 30_000;

/**
 * Measures many streams at once: from the model's writing of a piece to its reader. Pieces written in the last `seconds`,
 * while all streams are open, count, however late they arrive.
 */
export async function measureDelivery(
  { api, worker, nextSeat }: Site,
  streams: number,
  seconds: number,
): Promise<Delivery> {
  const from = machineMs() + (streams / OPENED_PER_SECOND) * 1000 + SETTLE_MS;
  const to = from + seconds * 1000;
  const lags: number[] = [];
  const processor = [api.pid, worker!.pid].map((pid) => usedBetween(pid, from, to));
  const exchanges = await atPace(streams, OPENED_PER_SECOND, () =>
    ask(
      api.url,
      nextSeat(),
      // All streams end together, a moment after the counted time.
      {
        firstDelayMs: EVERY_MS,
        chunkDelayMs: EVERY_MS,
        chunks: Math.ceil((to - machineMs()) / EVERY_MS) + PIECES_PER_SECOND,
      },
      {
        signal: AbortSignal.timeout(Math.round(to - machineMs()) + PATIENCE_MS),
        onPiece: ({ writtenAt, arrivedAt }) => {
          if (writtenAt >= from && writtenAt < to) lags.push(arrivedAt - writtenAt);
        },
      },
    ),
  );
  const [apiProcessor, workerProcessor] = await Promise.all(processor);
  return {
    ...spread(lags),
    failures: exchanges.filter(({ endedAs }) => endedAs !== 'completed').length,
    streams,
    asked: streams * PIECES_PER_SECOND,
    written: lags.length / seconds,
    apiProcessor: apiProcessor!,
    workerProcessor: workerProcessor!,
  };
}

/** Share of one processor that a process used between two moments. */
async function usedBetween(pid: number, from: number, to: number): Promise<number | null> {
  await until(from);
  const before = processorMicroseconds(pid);
  await until(to);
  const after = processorMicroseconds(pid);
  return before === null || after === null ? null : (after - before) / ((to - from) * 1000);
}

const until = (moment: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, moment - machineMs())));
