import { startFailure } from './start-failure.js';
import { stopOnSignals } from './stop-on-signals.js';

type Stop = () => Promise<void>;

/**
 * Runs a process: starts its parts, and stops them, last started first, on a signal (also while it is still starting) or
 * when a later part does not start. A start that fails half-way leaves nothing running.
 */
export async function runProcess(start: (onStop: (stop: Stop) => void) => Promise<void>): Promise<void> {
  const running: Stop[] = [];
  const stopAll = async () => {
    for (let stop = running.pop(); stop; stop = running.pop()) await stop();
  };
  stopOnSignals(stopAll);
  try {
    await start((stop) => running.push(stop));
  } catch (error) {
    // Logged before the rest is stopped, which may end the process.
    process.stderr.write(`${startFailure(error)}\n`);
    await stopAll().catch(() => undefined);
    process.exit(1);
  }
}
