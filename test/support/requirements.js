import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** Programs that some suites need and a machine may lack. This is the only place that decides. */
const REQUIREMENTS = [
  {
    name: 'redis-server',
    programs: ['redis-server'],
    projects: ['e2e-redis', 'e2e-redis-rest', 'fleet', 'fleet-rest', 'deployments', 'chaos-redis'],
    files: ['/test/integration/(doctor-redis|text-channel|wake-ups).spec.ts$'],
    what: 'the e2e and chaos suites on Redis',
    get: 'apt-get install redis-server | brew install redis',
  },
  ...[
    {
      name: 'redis-cli',
      projects: ['fleet', 'fleet-rest'],
      get: 'apt-get install redis-tools | brew install redis',
    },
    { name: 'openssl', version: 'version', get: 'apt-get install openssl | brew install openssl' },
  ].map(({ name, get, version, projects }) => ({
    name,
    version,
    programs: [name],
    projects,
    files: ['/test/e2e/(fleet|redis-cluster|redis-topologies).e2e.ts$'],
    what: 'Redis Cluster, Sentinel and TLS',
    get,
  })),
  {
    name: 'Chromium',
    programs: process.env.CHROME_PATH
      ? [process.env.CHROME_PATH]
      : ['chromium', 'chromium-browser', 'google-chrome'],
    files: [
      '/test/e2e/admin-panel.e2e.ts$',
      '/test/e2e/billing-tour.e2e.ts$',
      '/test/e2e/pages-browser.e2e.ts$',
      '/test/e2e/console-(branches|live|network|pages|person|search|tour).e2e.ts$',
    ],
    what: 'the tour, the pages, the console and the panel in a browser',
    get: 'apt-get install -y chromium | brew install chromium | CHROME_PATH=<where it is>',
  },
];

/** Searches the PATH for a program given by name. */
function placesOf(program) {
  if (/[\\/]/.test(program)) return [program];
  const file = process.platform === 'win32' ? `${program}.exe` : program;
  return (process.env.PATH ?? '').split(delimiter).map((folder) => resolve(folder, file));
}

const runs = (version) => (path) =>
  existsSync(path) && spawnSync(path, [version], { stdio: 'ignore' }).status === 0;

const looked = REQUIREMENTS.map((requirement) => ({
  ...requirement,
  found: requirement.programs.flatMap(placesOf).find(runs(requirement.version ?? '--version')),
}));

/** Missing programs. */
const missing = looked.filter(({ found }) => found === undefined);

/** Patterns of the files that need a program. */
export const filesThatNeed = (name) => looked.find((requirement) => requirement.name === name).files;

/** The path of the program that meets a requirement here; undefined where there is none. */
export const programOf = (name) => looked.find((requirement) => requirement.name === name).found;

/** One line per missing program: the skipped suites, and how to install it. */
export const notices = missing.map(
  ({ name, what, get }) => `*** SKIPPED: ${what}, because ${name} is not installed. Get it with: ${get} ***`,
);

/**
 * The projects that can run here, without the files that cannot.
 * @throws Error in CI, which runs every suite
 */
export function runnable(projects) {
  if (process.env.CI && notices.length > 0) throw new Error(`CI runs every suite.\n${notices.join('\n')}`);
  const skipped = new Set(missing.flatMap((requirement) => requirement.projects ?? []));
  const files = missing.flatMap((requirement) => requirement.files ?? []);
  return projects
    .filter(({ displayName }) => !skipped.has(displayName))
    .map((project) => ({
      ...project,
      testPathIgnorePatterns: [...project.testPathIgnorePatterns, ...files],
    }));
}
