import { describeError } from '../platform/logging/describe-error.js';

/** Time for running requests and jobs to end; then the process exits anyway. */
const DRAIN_MS = 20_000;

/**
 * Stops the process once, in order, on SIGTERM and SIGINT; a second signal ends it at once. An uncaught error is logged
 * and ends the process, because its state is unknown.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    const overdue = setTimeout(() => process.exit(1), DRAIN_MS).unref();
    stop().then(
      () => {
        // In tests the process goes on, with another program (test/support/warm-program.js).
        clearTimeout(overdue);
        process.exit(0);
      },
      (error: unknown) => fatal(`while stopping on ${signal}`, error),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', (error) => fatal('uncaught exception', error));
  process.on('unhandledRejection', (error) => fatal('unhandled rejection', error));
}

/** Logs a fatal error and ends the process. */
function fatal(what: string, error: unknown): void {
  const line = {
    level: 'fatal',
    time: new Date().toISOString(),
    msg: what,
    'exception.stacktrace': describeError(error),
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
  process.exit(1);
}
