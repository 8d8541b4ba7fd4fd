import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { contextFilter } from './docker-ignore.js';
import { readDockerfile, type Stage } from './dockerfile.js';

/** The result of a Dockerfile, as folders of this machine. */
export interface Image {
  /** Working directory of the last stage. */
  workdir: string;
  environment: Record<string, string>;
  command: string[];
  healthcheck: string[];
  user: string;
}

/**
 * Performs a Dockerfile's steps without Docker. Every stage begins as an empty folder; COPY copies, subject to
 * .dockerignore; RUN runs in a shell with this machine's Node. It reads the Dockerfile itself, so that check and image
 * cannot diverge. Base images, users and layers are not reproduced.
 *
 * Every stage is built at the same path, as in Docker, and moved aside when it is complete. The bundle contains the path of
 * the compiled files: with a path for each stage, the programs of the last one would read files of the first.
 */
export function buildImage(context: string, target: string, log: (line: string) => void): Image {
  const stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const reaches = contextFilter(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const roots = new Map<string, string>();
  let image: Image | undefined;
  const root = join(target, 'root');
  for (const stage of stages) {
    image = buildStage(stage, { root, roots, context, reaches, log });
    if (stage === stages.at(-1)) break;
    const aside = join(target, stage.name.replaceAll(' ', '-'));
    renameSync(root, aside);
    roots.set(stage.name, aside);
  }
  if (!image) throw new Error('the Dockerfile has no stage');
  return image;
}

interface Surroundings {
  root: string;
  /** Folders of the complete stages. */
  roots: ReadonlyMap<string, string>;
  context: string;
  reaches: (path: string) => boolean;
  log: (line: string) => void;
}

function buildStage(stage: Stage, around: Surroundings): Image {
  const image: Image = { workdir: around.root, environment: {}, command: [], healthcheck: [], user: 'root' };
  for (const { name, rest } of stage.instructions) {
    around.log(`${stage.name}: ${name} ${rest}`);
    if (name === 'WORKDIR') mkdirSync((image.workdir = join(around.root, rest)), { recursive: true });
    if (name === 'ENV') Object.assign(image.environment, Object.fromEntries(rest.split(/\s+/).map(pair)));
    if (name === 'COPY') copy(rest, image.workdir, around);
    if (name === 'RUN') run(rest, image);
    if (name === 'USER') image.user = rest;
    if (name === 'CMD') image.command = JSON.parse(rest) as string[];
    if (name === 'HEALTHCHECK') image.healthcheck = JSON.parse(rest.replace(/^.*?CMD /, '')) as string[];
  }
  return image;
}

const pair = (text: string): [string, string] => {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
};

function copy(rest: string, workdir: string, { roots, context, reaches }: Surroundings): void {
  const words = rest.split(/\s+/);
  const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
  const target = words.pop()!;
  const base = from === undefined ? context : roots.get(from);
  if (base === undefined) throw new Error(`COPY from an unknown stage: ${from}`);
  for (const word of words) {
    const source = join(base, word);
    const into = target.endsWith('/')
      ? join(workdir, target, word.split('/').at(-1)!)
      : join(workdir, target);
    mkdirSync(dirname(into), { recursive: true });
    cpSync(source, into, {
      recursive: true,
      verbatimSymlinks: true,
      // A folder is entered if a file below it may be copied; Docker treats `!` rules in the same way.
      filter: (path) => from !== undefined || reaches(relative(context, path)),
    });
    if (readdirSync(dirname(into)).length === 0) throw new Error(`COPY ${word}: .dockerignore keeps it out`);
  }
}

function run(command: string, { workdir, environment }: Image): void {
  execFileSync('sh', ['-ec', command], {
    cwd: resolve(workdir),
    // The environment of a fresh container: only the paths of programs and the settings of the package registry.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...registrySettings(), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The machine's settings for the package registry. */
const registrySettings = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(npm_config_|https?_proxy$|no_proxy$|NODE_EXTRA_CA)/i.test(name),
    ),
  );
