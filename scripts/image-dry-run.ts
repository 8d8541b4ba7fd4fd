import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { buildImage, type Image } from './image/build-image.js';
import { Programs } from './image/programs.js';
import { startRedis } from './image/redis.js';
import { tryForEvaluation } from './image/evaluation.js';
import { tryInProduction } from './image/production.js';

// `npm run image:check`: performs the Dockerfile's steps in an empty folder, runs each program of the result, and requests
// each page: in production with PostgreSQL alone, and as docker-compose.yml does with the sandboxes and Redis. For machines
// without a Docker engine.
const say = (line: string) => process.stdout.write(`${line}\n`);
/** The image's files without Node. Native code of other platforms differs by a few MB. */
const BOUND_MB = 65;
/** Packages of tools and of the parts that production refuses. */
const ABSENT = ['typescript', 'jest', 'vite', 'react', 'embedded-postgres', '@embedded-postgres', '.bin'];

const folder = mkdtempSync(join(tmpdir(), 'image-'));
// As in the image, the programs run as a user that owns none of their files.
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres(join(folder, 'postgres'));
const redis = await startRedis(folder);
let programs: Programs | undefined;
try {
  const image = buildImage(process.cwd(), join(folder, 'image'), say);
  checkContents(image);
  loadPackages(image);
  programs = new Programs(image);
  const stores = { programs, image, databaseUrl: postgres.url, redisUrl: redis.url };
  say('production, PostgreSQL alone …');
  await tryInProduction(stores);
  say('evaluation with sandboxes and Redis …');
  await tryForEvaluation(stores);
  say('The image runs each of its programs and serves each of its pages.');
} finally {
  programs?.kill();
  redis.kill();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

function checkContents({ workdir, user }: Image): void {
  const absent = ['.env', 'src', 'test', 'packages', ...ABSENT.map((name) => `node_modules/${name}`)];
  for (const path of absent)
    if (existsSync(join(workdir, path))) throw new Error(`${path} must not be in the image`);
  if (user === 'root') throw new Error('the image must not run as root');
  const kilobytes = Number(execFileSync('du', ['-sk', workdir], { encoding: 'utf8' }).split('\t', 1)[0]);
  const megabytes = Math.round((kilobytes * 1024) / 1e6);
  say(`image size without Node: ${megabytes} MB`);
  if (megabytes > BOUND_MB)
    throw new Error(
      `the image has ${megabytes} MB, above the bound of ${BOUND_MB}: remove what has grown, or raise BOUND_MB with a reason`,
    );
}

/**
 * Imports each package that the bundle leaves in node_modules, in a process of its own. The programs load some only when
 * something uses them.
 * @throws Error that names a package which does not load
 */
function loadPackages({ workdir }: Image): void {
  const { imported } = JSON.parse(readFileSync(join(workdir, 'dist/bundle/packages.json'), 'utf8')) as {
    imported: string[];
  };
  for (const name of imported) {
    const load = ['--input-type=module', '--eval', `await import('${name}')`];
    const { status, stderr } = spawnSync(process.execPath, load, { cwd: workdir, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the package ${name} does not load in the image\n${stderr}`);
  }
  say(`packages that the bundle imports: ${imported.join(', ')}`);
}
