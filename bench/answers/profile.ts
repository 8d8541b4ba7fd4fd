import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statements } from '../../src/platform/database/statement.js';
import '../../src/messages/messages.service.js';
import '../../src/messages/replies/reply-lifecycle.service.js';
import { rows, type Lab } from '../lab/lab.js';
import { load } from '../load/load.js';
import { packageShares, type CpuProfile } from '../report/profile.js';
import { answerPlan } from './plan.js';
import { closeSite, openProduct, type Scene } from './site.js';
import type { AnswerProfile, StatementCost } from './figures.js';

/** Long enough that V8 has compiled what is hot. */
const TIMES = { warmUpSeconds: 6, seconds: 6 };
const FLAGS = (lab: Lab) => ['--cpu-prof', `--cpu-prof-dir=${lab.dir}`, '--cpu-prof-interval=500'];
/** Shorter lists say enough. */
const PACKAGES = 8;
/** A statement that runs less often an answer belongs to a sweeper. */
const RARE = 0.02;

/** Profiles of the API and of the worker while they answer. */
export interface RawProfile {
  api: CpuProfile;
  worker: CpuProfile;
  statements: StatementCost[];
  seconds: number;
}

/** Runs answers on a product of its own, whose processes write profiles. Distorts every time: only shares are read. */
export async function takeProfile(scene: Scene, redisDatabase: number): Promise<RawProfile> {
  const { lab } = scene;
  const known = new Set(profiles(lab));
  const site = await openProduct(scene, redisDatabase, { flags: FLAGS(lab) });
  await rows(site.backing.databaseUrl, 'create extension if not exists pg_stat_statements');
  await rows(site.backing.databaseUrl, 'select pg_stat_statements_reset()');
  const result = await load(answerPlan(site.api.url, scene.people, 'profile', TIMES));
  const statements = await statementCosts(site.backing.databaseUrl, result.requests);
  await closeSite(site);
  const read = (pid: number) => {
    const name = profiles(lab).find((file) => !known.has(file) && file.includes(`.${pid}.`))!;
    return JSON.parse(readFileSync(join(lab.dir, name), 'utf8')) as CpuProfile;
  };
  return { api: read(site.api.pid), worker: read(site.worker!.pid), statements, seconds: TIMES.seconds };
}

/** The part of it that the page of the benchmark shows. */
export const summaryOf = ({ api, worker, statements, seconds }: RawProfile): AnswerProfile => ({
  api: packageShares(api, seconds).slice(0, PACKAGES),
  worker: packageShares(worker, seconds).slice(0, PACKAGES),
  statements,
});

const profiles = (lab: Lab) => readdirSync(lab.dir).filter((file) => file.endsWith('.cpuprofile'));

async function statementCosts(databaseUrl: string, answers: number): Promise<StatementCost[]> {
  const names = new Map(statements().map(({ name, text }) => [shapeOf(text), name]));
  const found = await rows<{ query: string; calls: string; ms: number }>(
    databaseUrl,
    `select query, calls, total_exec_time as ms from pg_stat_statements s
     join pg_database d on d.oid = s.dbid where d.datname = current_database() order by total_exec_time desc`,
  );
  return found
    .map(({ query, calls, ms }) => ({
      name: names.get(shapeOf(query)) ?? query.replace(/\s+/g, ' ').trim().slice(0, 70),
      calls: Number(calls) / answers,
      ms: ms / answers,
    }))
    .filter(({ calls }) => calls >= RARE);
}

/** pg_stat_statements turns constants into parameters. */
const shapeOf = (sql: string): string =>
  sql
    .replace(/\$\d+|'[^']*'|\b(?:\d+|true|false|null)\b/g, '?')
    .replace(/\s+/g, ' ')
    .trim();
