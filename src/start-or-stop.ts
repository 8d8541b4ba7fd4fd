import { describeError } from './platform/logging/describe-error.js';
import { startFailure } from './start-failure.js';

/** Requests and jobs that are running get this long to end; then the process goes anyway. */
const DRAIN_MS = 20_000;

type Stop = () => Promise<void>;

/**
 * Starts a process's parts and sees to their end. What has started is stopped in reverse, once: on SIGTERM and SIGINT
 * (also while it is still starting; a second signal ends it at once), and when a later part does not start, so that no
 * database of ours is left behind. An error that nobody caught is written and ends the process: its state cannot be
 * trusted any more.
 */
export async function startOrStop(start: (onStop: (stop: Stop) => void) => Promise<void>): Promise<void> {
  const stops: Stop[] = [];
  const stopAll = async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  };
  stopOnSignals(stopAll);
  try {
    await start((stop) => stops.push(stop));
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    await stopAll();
    process.exit(1);
  }
}

function stopOnSignals(stop: Stop): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => fatal(`while stopping on ${signal}`, error),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', (error) => fatal('uncaught exception', error));
  process.on('unhandledRejection', (error) => fatal('unhandled rejection', error));
}

function fatal(what: string, error: unknown): void {
  const line = { level: 'fatal', time: new Date().toISOString(), msg: what, error: describeError(error) };
  process.stderr.write(`${JSON.stringify(line)}\n`);
  process.exit(1);
}
