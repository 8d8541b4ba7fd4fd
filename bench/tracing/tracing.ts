import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWER_SETTINGS, medians, take, type AnswerEffort } from '../answers/answers.js';
import { totalOf, type Measured } from '../answers/figures.js';
import { closeSite, openProduct, openScene, type AnswerSite } from '../answers/site.js';
import { Lab, rows } from '../lab/lab.js';
import { statementSpan, traced } from '../../src/platform/tracing/tracing.js';

/** What spans cost: of an answered message, on the first backend that is here. */
export interface TracingFigures {
  backend: 'Redis' | 'PostgreSQL';
  /** Without OTEL_EXPORTER_OTLP_ENDPOINT, and with a collector that takes every span. */
  off: Measured;
  on: Measured;
  /** Spans of an answer. */
  spans: number;
  /** Nanoseconds that a place where a span would be costs without tracing. */
  placeNanoseconds: number;
}

/** More messages a second than are answered. */
const MOST_PER_SECOND = 500;
const PLACES = 2_000_000;

/** Answers with and without tracing, in turns. */
export async function measureTracing(effort: AnswerEffort): Promise<TracingFigures> {
  const lab = await Lab.open(ANSWER_SETTINGS);
  const collector = await openCollector();
  const backend = lab.redis ? 'Redis' : 'PostgreSQL';
  const scene = await openScene(lab, backend, MOST_PER_SECOND * (effort.seconds + effort.warmUpSeconds));
  const sites = {
    off: await openProduct(scene, 0),
    on: await openProduct(scene, 1, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } }),
  };
  const results: Record<keyof typeof sites, Measured[]> = { off: [], on: [] };
  const turn = (site: AnswerSite, run: string, times = effort) =>
    take(scene, { of: 'answer', site }, times, run);
  for (const [name, site] of Object.entries(sites))
    await turn(site, `${name}-first`, { ...effort, seconds: 1, warmUpSeconds: 3 });
  for (let round = 0; round < effort.rounds; round += 1)
    for (const name of round % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const))
      results[name].push(await turn(sites[name], `${name}-${round}`));
  for (const site of Object.values(sites)) await closeSite(site);
  const [answered] = await rows<{ count: number }>(
    sites.on.backing.databaseUrl,
    `select count(*)::int as count from messages where role = 'model' and status = 'completed'`,
  );
  const spans = collector.received() / answered!.count;
  await scene.close();
  collector.close();
  await lab.close();
  return {
    backend,
    off: medians(results.off),
    on: medians(results.on),
    spans,
    placeNanoseconds: await placeCost(),
  };
}

/** Share of an answer's processor time that the places of its spans cost without tracing. */
export const freeShare = ({ off, spans, placeNanoseconds }: TracingFigures): number | null =>
  off.consumption && (spans * placeNanoseconds) / 1000 / totalOf(off.consumption);

/** A collector on loopback that takes every export and counts its spans. */
async function openCollector(): Promise<{ url: string; received: () => number; close: () => void }> {
  let spans = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      spans +=
        Buffer.concat(chunks)
          .toString()
          .match(/"spanId"/g)?.length ?? 0;
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received: () => spans, close: () => void server.close() };
}

/** Nanoseconds of one place of a span in this process, which does not trace. */
async function placeCost(): Promise<number> {
  const nothing = () => Promise.resolve();
  const run = async (isPlace: boolean): Promise<number> => {
    const began = process.hrtime.bigint();
    for (let nth = 0; nth < PLACES; nth += 1)
      await (isPlace ? traced('place', statementSpan, nothing) : nothing());
    return Number(process.hrtime.bigint() - began) / PLACES;
  };
  // The first runs compile the loop.
  await run(true);
  await run(false);
  return Math.max(0, (await run(true)) - (await run(false)));
}
