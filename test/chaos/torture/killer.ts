import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster.js';
import type { Random } from '../random.js';
import type { Tally } from './tally.js';

const LOOK_MS = 50;
/** Deltas that are read before a kill, so that text is discarded by the reset. */
const DELTAS_BETWEEN = 50;
/** Time until a supervisor has noticed the end of the process. */
const HOLD_MS = [100, 1500] as const;

/** Kills workers that generate replies while they are read. */
export class Killer {
  constructor(
    private readonly cluster: Cluster,
    private readonly random: Random,
    private readonly tally: Tally,
    /** Milliseconds that an answer of the model takes, about. */
    private readonly answerMs: number,
  ) {}

  /**
   * Kills `kills` workers, one after the other, or until `signal`.
   * @returns the number of kills
   */
  async run(kills: number, signal: AbortSignal): Promise<number> {
    const { tally } = this;
    for (let done = 0; done < kills; done += 1) {
      const worker = this.random.pick(this.cluster.workers);
      const enough = tally.deltas + DELTAS_BETWEEN;
      while (tally.deltas < enough || this.cluster.model.heldBy(worker.name).length === 0) {
        if (signal.aborted) return done;
        await pause(LOOK_MS);
      }
      await pause(this.random.between(this.answerMs / 4, this.answerMs / 2));
      if (signal.aborted) return done;
      await worker.kill();
      await pause(this.random.between(...HOLD_MS));
      await worker.start();
    }
    return kills;
  }
}
