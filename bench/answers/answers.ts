import { setTimeout as pause } from 'node:timers/promises';
import { Lab, rows } from '../lab/lab.js';
import { settle, standInForWorkers } from '../lab/settle.js';
import { median } from '../lab/stats.js';
import { load } from '../load/load.js';
import type { LoadPlan } from '../load/load.plan.js';
import { openNaive } from '../naive/naive.js';
import { findPython, skipped } from '../naive/python.js';
import { countConsumption, perMessage } from './consumption.js';
import type { AnswerFigures, Consumption, Contender, Measured } from './figures.js';
import { answerPlan } from './plan.js';
import { summaryOf, takeProfile } from './profile.js';
import { closeSite, openBare, openProduct, openScene, type AnswerSite, type Scene } from './site.js';

/** How long and how often. */
export interface AnswerEffort {
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
}

/** More messages a second than any contender takes, the floor excepted, which needs no rooms. */
const MOST_PER_SECOND = 2_500;
/** Programs of four sites, with their pools. */
export const ANSWER_SETTINGS = { max_connections: '250', shared_preload_libraries: 'pg_stat_statements' };
/** Between two looks for replies that a run left behind. */
const LOOK_MS = 20;
const PATIENCE_MS = 20_000;
/** Counts the product's replies at work, and those of the bare implementation. */
const AT_WORK = 'select count(*)::int as live from messages where completed_at is null';

/**
 * What an answered message costs, on each backend that is here: product, bare implementation, on Redis a naive backend,
 * and two-row floor in turns, and beside them a send and a cached list of the product.
 */
export async function measureAnswers(
  effort: AnswerEffort,
  say: (line: string) => void,
): Promise<AnswerFigures[]> {
  const lab = await Lab.open(ANSWER_SETTINGS);
  const found: AnswerFigures[] = [];
  if (lab.redis) {
    const python = findPython();
    if ('missing' in python) say(skipped(python.missing));
    found.push(await measureBackend(lab, 'Redis', effort, 'python' in python ? python.python : null));
  }
  found.push(await measureBackend(lab, 'PostgreSQL', effort, null));
  await lab.close();
  return found;
}

/** One contender's turn. */
interface Turn {
  of: Contender;
  site: AnswerSite;
}

/** @param python that runs the naive backend; null: without it */
async function measureBackend(
  lab: Lab,
  backend: AnswerFigures['backend'],
  effort: AnswerEffort,
  python: string | null,
): Promise<AnswerFigures> {
  const scene = await openScene(
    lab,
    backend,
    MOST_PER_SECOND * Math.max(effort.seconds + effort.warmUpSeconds, 4),
  );
  const product = await openProduct(scene, 0);
  const sends = await openProduct(scene, 1, { isAlone: true });
  const bare = await openBare(scene, 2);
  const naive = python === null ? null : await openNaive(scene, python, 4);
  const turns: Turn[] = [
    { of: 'answer', site: product },
    { of: 'bare', site: bare },
    ...(naive ? [{ of: 'naive' as const, site: naive }] : []),
    { of: 'floor', site: bare },
    { of: 'send', site: sends },
    ...(backend === 'Redis' ? [{ of: 'list' as const, site: sends }] : []),
  ];
  const results = new Map<Contender, Measured[]>(turns.map(({ of }) => [of, []]));
  // Uncounted: V8 compiles what is hot, plans are made.
  for (const turn of turns)
    await take(scene, turn, { ...effort, seconds: 1, warmUpSeconds: 3 }, `${turn.of}-first`);
  for (let round = 0; round < effort.rounds; round += 1)
    for (const turn of round % 2 === 0 ? turns : turns.toReversed())
      results.get(turn.of)!.push(await take(scene, turn, effort, `${turn.of}-${round}`));
  for (const site of [product, sends, bare, ...(naive ? [naive] : [])]) await closeSite(site);
  const profile = summaryOf(await takeProfile(scene, 3));
  await scene.close();
  const measured = Object.fromEntries([...results].map(([of, all]) => [of, medians(all)]));
  return { backend, measured, profile };
}

/** One turn: the load, and what it cost. */
export async function take(
  { lab, people }: Scene,
  { of, site }: Turn,
  { seconds, warmUpSeconds }: AnswerEffort,
  run: string,
): Promise<Measured> {
  const { databaseUrl } = site.backing;
  if (site.worker === null) await settle(site.backing);
  else await untilAnswered(databaseUrl, site.atWork);
  const workers = of === 'send' ? await standInForWorkers(databaseUrl) : null;
  const kind: LoadPlan['kind'] = of === 'bare' || of === 'naive' ? 'answer' : of;
  const used = countConsumption(lab, { api: site.api.pid, worker: site.worker?.pid, except: workers?.pid });
  const { requests, requestsPerSecond, ...rest } = await load({
    ...answerPlan(site.api.url, people, run, { seconds, warmUpSeconds }),
    kind,
  });
  const total = used();
  await workers?.stop();
  return {
    ...rest,
    perSecond: requestsPerSecond,
    consumption: total && perMessage(total, requests),
  };
}

/** A run ends with replies at work; their cost is not the next one's. @throws Error when they do not end */
async function untilAnswered(databaseUrl: string, atWork = AT_WORK): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [found] = await rows<{ live: number }>(databaseUrl, atWork);
    if (found!.live === 0) break;
    if (performance.now() > until) throw new Error(`${found!.live} replies stay live in ${databaseUrl}`);
    await pause(LOOK_MS);
  }
  await rows(databaseUrl, 'checkpoint');
}

export function medians(all: Measured[]): Measured {
  const of = (value: (one: Measured) => number) => median(all.map(value));
  const part = (name: keyof Consumption) => of(({ consumption }) => consumption![name]);
  return {
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    failures: all.reduce((sum, { failures }) => sum + failures, 0),
    consumption: all.every(({ consumption }) => consumption !== null)
      ? { api: part('api'), worker: part('worker'), postgres: part('postgres'), redis: part('redis') }
      : null,
  };
}
