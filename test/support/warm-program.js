import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

// A process that runs one program of ours after another (warm-programs.js). Loading modules takes most of the processor
// time of a start, and Node keeps them: only the program's own file, `src/main` or `src/worker`, runs again.

/** What a program listens for. */
const EVENTS = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection', 'exit'];
/** Written to both outputs after everything that a program wrote: no line of a log contains NUL. */
const END = '\0';
/** What disturbs no later program: the outputs, the channel to the parent, and timers. */
const HARMLESS = new Set(['PipeWrap', 'Timeout', 'Immediate']);
/** Time in which connections that a program has closed are gone: they take a few milliseconds. */
const CLOSING_MS = 1000;

const exit = process.exit.bind(process);
/** The listeners of this file and of Node. */
const own = new Map(EVENTS.map((event) => [event, process.listeners(event)]));
let starts = 0;

// The process that forked it has ended.
process.once('disconnect', () => exit(1));

process.on('message', ({ path, environment }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  starts += 1;
  import(`${pathToFileURL(path).href}?start=${starts}`).catch((error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    exit(1);
  });
});

/** Any code but 0 is no orderly end: what the program left is unknown, so the process ends with it. */
process.exit = (code = process.exitCode) => {
  if (code !== 0) exit(code);
  const added = (event) => process.listeners(event).filter((listener) => !own.get(event).includes(listener));
  for (const listener of added('exit')) listener(0);
  for (const event of EVENTS) for (const listener of added(event)) process.removeListener(event, listener);
  void endWhenIdle();
};

/**
 * No program follows one that leaves a connection, a server or a process behind. It may leave timers: those of closed
 * connections to Redis run for some seconds.
 */
async function endWhenIdle() {
  const isIdle = () => process.getActiveResourcesInfo().every((resource) => HARMLESS.has(resource));
  for (const until = Date.now() + CLOSING_MS; !isIdle() && Date.now() < until;) await pause(5);
  if (!isIdle()) exit(0);
  process.stdout.write(END);
  process.stderr.write(END);
}
