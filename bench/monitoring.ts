import { fork, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { alerts, dashboardQueries } from '../test/support/monitoring-files.js';
import { eventually } from '../test/support/eventually.js';
import { programOf } from '../test/support/requirements.js';
import { startChromium } from '../test/support/visitor.js';
import { Lab } from './lab/lab.js';
import { panelsPage, type Panel, type Series } from './report/panels-page.js';
import { startProgram } from './lab/program.js';

/**
 * `npm run monitoring:pictures`: a real Prometheus scrapes an API process and a worker process with the files of
 * deploy/prometheus, while users send messages and the model fails for a while. Fails when Prometheus refuses a rule or a
 * query of the dashboard. Takes the picture docs/pictures/dashboard.png. At the end
 * the worker is killed, and ChatProcessDown must fire. Needs `prometheus` and Chromium.
 */
const TRAFFIC_MS = 75_000;
const FAILING_FROM_MS = 25_000;
const FAILING_UNTIL_MS = 45_000;
const USERS = 12;
const TOKEN = 'only-for-this-run-0123456789abcdef';

const say = (line: string) => process.stderr.write(`${line}\n`);
const lab = await Lab.open();
const environment = {
  DATABASE_URL: await lab.newDatabase(),
  ...(lab.redis && { REDIS_URL: lab.redis.url(0) }),
  PORT: '0',
  JWT_SECRET: 'only-for-this-run-0123456789abcdef0123456789',
  METRICS_TOKEN: TOKEN,
  CONSOLE: 'off',
  BASIC_DAILY_LIMIT: '40',
};
const api = await startProgram({
  script: 'bundle/src/main.js',
  env: { ...environment, WORKER: 'separate' },
  dir: lab.dir,
  name: 'api',
});
const probePort = await freePort();
const worker = fork('dist/bundle/src/worker.js', [], {
  env: { PATH: process.env['PATH'], ...environment, WORKER_PROBE_PORT: String(probePort) },
  stdio: 'ignore',
});
const prometheusUrl = await startPrometheus();
process.once('exit', () => worker.kill('SIGKILL'));

say('traffic …');
const startedAt = Date.now();
await Promise.all(Array.from({ length: USERS }, (_, at) => talk(at)));
const endedAt = Date.now();

const panels: Panel[] = [];
for (const { title, expr } of dashboardQueries()) {
  const found = await query(expr.replaceAll('$__rate_interval', '15s'));
  const panel = panels.find((one) => one.title === title);
  if (panel) panel.series.push(...found);
  else panels.push({ title, series: found });
}
const empty = panels.filter(({ series }) => series.length === 0).map(({ title }) => title);
say(`panels: ${panels.length}, without values: ${empty.join(', ') || 'none'}`);

worker.kill('SIGKILL');
say('alerts …');
const rules = await eventually(
  async () => {
    const { groups } = await ask<{ groups: { rules: Rule[] }[] }>('/api/v1/rules');
    return groups.flatMap((group) => group.rules);
  },
  (all) => all.some(({ name, state }) => name === 'ChatProcessDown' && state === 'firing'),
  180_000,
);
const bad = rules.filter(({ health }) => health !== 'ok');
if (bad.length > 0 || rules.length !== alerts().length) throw new Error(`rules: ${JSON.stringify(bad)}`);
const firing = rules.filter(({ state }) => state === 'firing').map(({ name }) => name);
say(`rules: ${rules.length}, firing: ${firing.join(', ')}`);
await takePicture();
await api.stop();
await lab.close();
process.exit(0);

interface Rule {
  name: string;
  health: string;
  state: string;
}

/** One user: signs in, then sends messages, one in three of which the model answers late. */
async function talk(at: number): Promise<void> {
  const post = async (path: string, body: object, token?: string): Promise<Record<string, string>> => {
    const response = await fetch(api.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        prefer: 'wait=20',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  };
  const mobile_number = `+9198123${String(45_600 + at)}`;
  const { challenge_id, otp } = await post('/auth/send-otp', { mobile_number });
  const { access_token } = await post('/auth/verify-otp', { mobile_number, challenge_id, otp });
  const { id } = await post('/chatroom', {}, access_token);
  for (;;) {
    const since = Date.now() - startedAt;
    if (since > TRAFFIC_MS) return;
    const isFailing = since > FAILING_FROM_MS && since < FAILING_UNTIL_MS;
    const content = isFailing ? '[[sandbox: 503 times=1]] Why?' : 'Why is the sky blue?';
    await post(`/chatroom/${id}/message`, { content }, access_token);
    await fetch(`${api.url}/chatroom`, { headers: { authorization: `Bearer ${access_token}` } });
    await pause(500 + Math.random() * 2_000);
  }
}

/** Prometheus with the files of deploy/prometheus: other targets, and a scrape a second. */
async function startPrometheus(): Promise<string> {
  const folder = join(lab.dir, 'prometheus');
  cpSync(resolve('deploy/prometheus'), folder, { recursive: true });
  writeFileSync(join(folder, 'metrics-token'), TOKEN);
  const config = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
    .replace('scrape_interval: 15s', 'scrape_interval: 1s\n  evaluation_interval: 1s')
    .replace('127.0.0.1:3000', new URL(api.url).host)
    .replace('127.0.0.1:9464', `127.0.0.1:${probePort}`);
  writeFileSync(join(folder, 'prometheus.yml'), config);
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok);
  return url;
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(prometheusUrl + path);
  const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
  if (status !== 'success') throw new Error(`Prometheus refuses ${path}: ${error}`);
  return data;
}

async function query(expr: string): Promise<Series[]> {
  const parameters = new URLSearchParams({
    query: expr,
    start: String(startedAt / 1000),
    end: String(endedAt / 1000),
    step: '2',
  });
  const { result } = await ask<{
    result: { metric: Record<string, string>; values: [number, string][] }[];
  }>(`/api/v1/query_range?${parameters.toString()}`);
  return result.map(({ metric, values }) => ({
    label: Object.entries(metric)
      .filter(([name]) => name !== '__name__' && name !== 'instance')
      .map(([, value]) => value)
      .join(' '),
    points: values.map(([at, value]) => [at - startedAt / 1000, Number(value)] as const),
  }));
}

async function takePicture(): Promise<void> {
  const browser = await startChromium({ executablePath: programOf('Chromium') });
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.setContent(panelsPage(panels));
  await page.screenshot({ path: 'docs/pictures/dashboard.png', fullPage: true });
  await browser.close();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
