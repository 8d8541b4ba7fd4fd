import { spawnSync } from 'node:child_process';

/** Programs that some projects of jest.config.js need and a machine may lack. The one place that decides. */
const REQUIREMENTS = [
  {
    program: 'redis-server',
    projects: ['e2e-redis', 'chaos-redis'],
    what: 'the e2e and chaos suites on Redis',
    get: 'apt-get install redis-server | brew install redis',
  },
];

/** What is not installed here. */
export const missing = REQUIREMENTS.filter(
  ({ program }) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0,
);

/** One line for each: what is skipped for want of it, and how to get it. */
export const notices = missing.map(
  ({ program, what, get }) =>
    `*** SKIPPED: ${what}, because ${program} is not installed. Get it with: ${get} ***`,
);

/**
 * The projects that can run here.
 * @throws Error in CI, which runs every suite
 */
export function runnable(projects) {
  if (process.env.CI && notices.length > 0) throw new Error(`CI runs every suite.\n${notices.join('\n')}`);
  const skipped = new Set(missing.flatMap((requirement) => requirement.projects));
  return projects.filter(({ displayName }) => !skipped.has(displayName));
}
