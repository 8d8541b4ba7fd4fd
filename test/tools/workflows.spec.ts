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
    {
      'runs-on': string;
      strategy?: { matrix: { runner?: string[] } };
      'timeout-minutes'?: number;
      permissions?: Record<string, string>;
      steps: Step[];
    }
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

it('a workflow may read and nothing else; the pull request of the pins and a release write, each by its job', () => {
  const writers = [...workflows, ...jobs].filter(({ permissions = {} }) =>
    Object.values(permissions).some((level) => level !== 'read'),
  );
  expect(writers.map((one) => ('where' in one ? one.where : one.file))).toEqual([
    'pins.yml: images',
    'release.yml: image',
    'release.yml: publish',
  ]);
  for (const { file, permissions } of workflows)
    expect([file, permissions]).toEqual([file, file === 'pins.yml' ? {} : { contents: 'read' }]);
});

it('a job ends after half an hour at most, on a named version of the runner', () => {
  for (const { where, 'timeout-minutes': minutes = Infinity, 'runs-on': runner, strategy } of jobs) {
    const runners = runner === '${{ matrix.runner }}' ? strategy!.matrix.runner! : [runner];
    expect([where, minutes <= 30, runners.every((one) => /-\d/.test(one))]).toEqual([where, true, true]);
  }
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

describe('a release', () => {
  const job = (name: string) => workflows.find(({ file }) => file === 'release.yml')!.jobs[name]!;
  const at = (all: Step[], command: string) => all.findIndex(({ run }) => run?.includes(command));

  it('refuses what is not pinned, before it builds and pushes the image', () => {
    const { steps: all } = job('image');
    expect(at(all, 'pins:check')).toBeGreaterThan(0);
    expect(at(all, 'docker build')).toBeGreaterThan(at(all, 'pins:check'));
    expect(at(all, 'docker push')).toBeGreaterThan(at(all, 'docker build'));
  });

  it('is one image for two architectures with a bill of materials, published after both are built', () => {
    expect(job('image').strategy!.matrix.runner).toEqual(['ubuntu-24.04', 'ubuntu-24.04-arm']);
    expect(job('publish')).toMatchObject({ needs: 'image' });
    const { steps: all } = job('publish');
    const publish = all[at(all, 'imagetools create')]!.run!;
    // As `runner.arch` names them in lower case.
    for (const architecture of ['-x64', '-arm64'])
      expect(publish).toContain(`$GITHUB_REF_NAME${architecture}`);
    expect(publish).toContain('sbom.cdx.json');
    expect(at(all, 'npm run sbom')).toBeLessThan(at(all, 'imagetools create'));
  });
});
