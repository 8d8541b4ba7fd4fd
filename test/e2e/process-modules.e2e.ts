import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, startProduct } from '../support/product.js';
import { REAL_WORLDS } from '../support/real-providers.js';

/** Production refuses secrets that look like examples. */
const STRONG_SECRET = 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT';

/** Modules of a process that uses the stand-ins and the console, and exports traces: nothing listens there. */
let used: string[];
/** Modules of a process in production that exports no traces. */
let production: string[];
beforeAll(async () => {
  used = await modulesLoadedWith({
    CONSOLE: 'on',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  });
  production = await modulesLoadedWith({
    NODE_ENV: 'production',
    JWT_SECRET: STRONG_SECRET,
    // The default of production.
    CONSOLE: '',
    ...REAL_WORLDS,
  });
});

describe('the stand-ins for providers, and the console', () => {
  const CONSOLE = /\/src\/platform\/pages\/console\.js$/;
  const STAND_IN = /\/packages\/(?:gemini|stripe)-sandbox\/|\/src\/sandbox\//;

  it('are loaded by a process that uses them', () => {
    expect(used).toContainEqual(expect.stringMatching(/packages\/gemini-sandbox\/dist\/index\.js$/));
    expect(used).toContainEqual(expect.stringMatching(/packages\/stripe-sandbox\/dist\/index\.js$/));
    expect(used).toContainEqual(expect.stringMatching(CONSOLE));
  });

  it('are not loaded in production', () => {
    expect(production).toContainEqual(expect.stringMatching(/dist\/src\/app\/start-sandbox\.js$/));
    expect(production.filter((url) => STAND_IN.test(url) || CONSOLE.test(url))).toEqual([]);
  });
});

describe('the SDK of OpenTelemetry', () => {
  const SDK = /\/@opentelemetry\/(?!api\/)|\/platform\/tracing\/(?:sdk|otlp-)/;

  it('is loaded by a process that exports', () => {
    expect(used).toContainEqual(expect.stringMatching(/@opentelemetry\/sdk-trace\//));
    expect(used).toContainEqual(expect.stringMatching(/platform\/tracing\/otlp-exporter\.js$/));
  });

  it('is not loaded by a process that does not', () => {
    expect(production).toContainEqual(expect.stringMatching(/platform\/tracing\/tracing\.js$/));
    expect(production.filter((url) => SDK.test(url))).toEqual([]);
  });
});

describe('a process with a refused configuration', () => {
  const NEST = /\/node_modules\/@nestjs\//;

  it.each(['main', 'worker'] as const)('loads its configuration and nothing of Nest: %s', async (name) => {
    const loaded = await modulesOf((environment) => runProgram(name, { PORT: 'none', ...environment }));
    expect(loaded).toContainEqual(expect.stringMatching(/dist\/src\/platform\/config\/config\.js$/));
    expect(loaded.filter((url) => NEST.test(url))).toEqual([]);
    expect(used).toContainEqual(expect.stringMatching(NEST));
  });
});

/** URLs of the ES modules that an API process has loaded when it listens. */
const modulesLoadedWith = (environment: Record<string, string>): Promise<string[]> =>
  modulesOf(async (recording) => (await startProduct({ ...recording, ...environment })).close());

/** URLs of the ES modules that a process with this environment has loaded. */
async function modulesOf(run: (environment: Record<string, string>) => Promise<unknown>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chat-modules-'));
  const record = join(folder, 'modules');
  const preload = new URL('../support/record-modules.js', import.meta.url).href;
  await run({ NODE_OPTIONS: `--import=${preload}`, RECORD_MODULES: record });
  const loaded = readFileSync(record, 'utf8').trimEnd().split('\n');
  rmSync(folder, { recursive: true });
  return loaded;
}
