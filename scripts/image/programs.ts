import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Image } from './build-image.js';

/** The id of Debian's unprivileged user; any user that owns no files would do. */
const UNPRIVILEGED_USER = 65_534;
const READY_WITHIN_MS = 20_000;
/** The doctor waits for services that do not answer; the other commands take a second. */
const ENDS_WITHIN_MS = 60_000;

/** A running program of the image, and what it has written. */
export interface Program {
  name: string;
  process: ChildProcess;
  output: () => string;
  /** The exit code, when both outputs are complete. */
  ended: Promise<number | null>;
}

/** Runs programs of an image with this machine's Node. */
export class Programs {
  private readonly all: Program[] = [];

  constructor(private readonly image: Image) {}

  /** Starts a command as a user that owns none of its files, where possible. */
  start(name: string, command: string[], environment: Record<string, string>): Program {
    if (command[0] !== 'node') throw new Error(`not a Node program: ${command.join(' ')}`);
    const child = spawn(process.execPath, command.slice(1), {
      cwd: this.image.workdir,
      env: { PATH: process.env.PATH, ...this.image.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(process.getuid?.() === 0 && { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER }),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const program = { name, process: child, output: () => output, ended };
    this.all.push(program);
    return program;
  }

  /**
   * Runs a command to its end.
   * @throws Error with the command's output unless it exits with `code` and has written `text`
   */
  async run(
    command: string[],
    environment: Record<string, string>,
    { code: expected = 0, text = '' }: { code?: number; text?: string } = {},
  ): Promise<void> {
    const program = this.start(command.slice(1).join(' '), command, environment);
    const timer = setTimeout(() => program.process.kill('SIGKILL'), ENDS_WITHIN_MS);
    const code = await program.ended;
    clearTimeout(timer);
    if (code !== expected) throw failure(program, `exited with ${code} instead of ${expected}`);
    if (!program.output().includes(text)) throw failure(program, `did not write "${text}"`);
  }

  /** Ends a program as an orchestrator does, and expects that it drains. */
  async stop(program: Program): Promise<void> {
    program.process.kill('SIGTERM');
    const code = await program.ended;
    if (code !== 0) throw failure(program, `exited with ${code} after SIGTERM`);
  }

  kill(): void {
    for (const { process: child } of this.all) child.kill('SIGKILL');
  }
}

/** Resolves when the program reports that it is up. */
export async function isUp(program: Program): Promise<void> {
  const inTime = new AbortController();
  const timer = setTimeout(() => inTime.abort(), READY_WITHIN_MS);
  const up = once(program.process, 'message', { signal: inTime.signal }).then(
    () => 'up' as const,
    () => 'late' as const,
  );
  const first = await Promise.race([up, program.ended]);
  clearTimeout(timer);
  if (first === 'late') throw failure(program, 'did not report within the time limit that it is up');
  if (first !== 'up') throw failure(program, `exited with ${first} before it was up`);
}

const failure = ({ name, output }: Program, what: string) => new Error(`${name} ${what}\n${output()}`);
