import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { allReferences } from '../../scripts/pins/pin-files.js';
import { readYaml } from './deployment-files.js';
import { ROOT } from './source-files.js';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<
    string,
    { 'runs-on': string; 'timeout-minutes'?: number; permissions?: Record<string, string>; steps: Step[] }
  >;
}

const files = readdirSync(resolve(ROOT, '.github/workflows'));
const workflows = files.map((file) => ({ file, ...readYaml<Workflow>(`.github/workflows/${file}`) }));
const jobs = workflows.flatMap(({ file, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ where: `${file}: ${name}`, ...job })),
);
const steps = jobs.flatMap((job) => job.steps.map((step) => ({ where: job.where, ...step })));

it('an action is named by its commit, with its version beside it', () => {
  const loose = allReferences(ROOT).filter(({ kind, pin }) => kind === 'action' && pin === null);
  expect(loose).toEqual([]);
});

it('a workflow may read and nothing else; the pull request of the pins is the only one that writes', () => {
  const writers = [...workflows, ...jobs].filter(({ permissions = {} }) =>
    Object.values(permissions).some((level) => level !== 'read'),
  );
  expect(writers.map((one) => ('where' in one ? one.where : one.file))).toEqual(['pins.yml: images']);
  for (const { file, permissions } of workflows)
    expect([file, permissions]).toEqual([file, file === 'pins.yml' ? {} : { contents: 'read' }]);
});

it('a job ends after half an hour at most, on a named version of the runner', () => {
  for (const { where, 'timeout-minutes': minutes = Infinity, 'runs-on': runner } of jobs)
    expect([where, minutes <= 30, /-\d/.test(runner)]).toEqual([where, true, true]);
});

it('a checkout leaves no token on the disk', () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(0);
  for (const { where, with: given } of checkouts)
    expect([where, given?.['persist-credentials']]).toEqual([where, false]);
});

it('no expression is put into a shell, where a title or a branch would become a command', () => {
  expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
});

it('a release refuses what is not pinned, before it builds the image', () => {
  const { steps: all } = jobs.find(({ where }) => where === 'release.yml: image')!;
  const at = (command: string) => all.findIndex(({ run }) => run?.includes(command));
  expect(at('pins:check')).toBeGreaterThan(0);
  expect(at('docker build')).toBeGreaterThan(at('pins:check'));
});
