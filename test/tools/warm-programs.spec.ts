import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { collect, ready, type ReadyProcess } from '../support/processes.js';
import { deletedWithFile, endsWithFile } from '../support/programs.js';

declare const TEST_START_WARM: (path: string, environment: NodeJS.ProcessEnv) => ChildProcess;

const folder = deletedWithFile(mkdtempSync(join(tmpdir(), 'warm-')));

/** Starts a program with this source, and waits for its message. */
async function start(source: string, environment: NodeJS.ProcessEnv = {}): Promise<ReadyProcess<unknown>> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(path, source);
  return ready(endsWithFile(TEST_START_WARM(path, environment)), 'the program');
}
async function end({ child }: ReadyProcess<unknown>, signal: NodeJS.Signals) {
  const exited = once(child, 'exit');
  child.kill(signal);
  return exited;
}

const WELL_BEHAVED = `
  process.once('exit', () => process.stdout.write('the last line'));
  process.on('SIGTERM', () => process.exit(0));
  process.send({ names: Object.keys(process.env), argument: process.env.ARGUMENT });`;

describe('a warm process', () => {
  it('runs one program after another, each with its own environment, listeners and output', async () => {
    const first = await start(WELL_BEHAVED, { ARGUMENT: 'one', OTHER: 'x' });
    expect(await end(first, 'SIGTERM')).toEqual([0, null]);
    const second = await start(WELL_BEHAVED, { ARGUMENT: 'two' });
    expect(second.message).toEqual({ names: ['ARGUMENT'], argument: 'two' });
    expect(second.child.pid).toBe(first.child.pid);
    expect(await end(second, 'SIGTERM')).toEqual([0, null]);
    expect([first.output.text, second.output.text]).toEqual(['the last line', 'the last line']);
  });

  it('is not given to a second program while the first runs', async () => {
    const both = [await start(WELL_BEHAVED), await start(WELL_BEHAVED)];
    expect(both[0]!.child.pid).not.toBe(both[1]!.child.pid);
    for (const one of both) await end(one, 'SIGTERM');
  });

  it.each([
    ['an error', `process.send({}); setTimeout(() => { throw new Error('planted'); }, 50)`, [1, null]],
    ['another code', `process.send({}); setTimeout(() => process.exit(78), 50)`, [78, null]],
  ])('ends with %s of its program', async (_, source, exit) => {
    const program = await start(source);
    expect(await once(program.child, 'exit')).toEqual(exit);
    const next = await start(WELL_BEHAVED);
    expect(next.child.pid).not.toBe(program.child.pid);
    await end(next, 'SIGTERM');
  });

  it('ends by SIGKILL, and is not used again', async () => {
    const program = await start(WELL_BEHAVED);
    expect(await end(program, 'SIGKILL')).toEqual([null, 'SIGKILL']);
    expect(program.child.signalCode).toBe('SIGKILL');
    expect((await start(WELL_BEHAVED)).child.pid).not.toBe(program.child.pid);
  });

  it('is not used again when its program left a server behind', async () => {
    const program = await start(
      `import { createServer } from 'node:net'; createServer().listen(0); ${WELL_BEHAVED}`,
    );
    expect(await end(program, 'SIGTERM')).toEqual([0, null]);
    expect((await start(WELL_BEHAVED)).child.pid).not.toBe(program.child.pid);
  });

  it('tells why a program does not start', async () => {
    const path = join(folder, 'broken.mjs');
    writeFileSync(path, `throw new Error('cannot start')`);
    const child = TEST_START_WARM(path, {});
    const output = collect(child);
    expect(await once(child, 'exit')).toEqual([1, null]);
    await eventually(() => output.text.includes('cannot start'));
  });
});
