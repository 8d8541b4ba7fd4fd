import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endsWithFile } from '../support/programs.js';

const ENVIRONMENT = '../support/node-environment.js';

/** Written in JavaScript, because Jest loads it before anything compiles. */
interface EnvironmentModule {
  default: new (config: object, context: object) => { global: object; teardown: () => Promise<void> };
}

it('a program that a test file has left running ends with the file', async () => {
  const program = endsWithFile(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
  const { default: Environment } = (await import(ENVIRONMENT)) as EnvironmentModule;
  const projectConfig = { globals: {}, fakeTimers: {}, testEnvironmentOptions: {} };
  const environment = new Environment({ globalConfig: {}, projectConfig }, {});
  const { testPrograms } = globalThis as { testPrograms?: Set<unknown> };
  Object.assign(environment.global, { testPrograms });
  const ended = once(program, 'exit');
  await environment.teardown();
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(testPrograms).not.toContain(program);
});
