import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPages } from './pages.js';
import { isUp } from './programs.js';
import type { Stores } from './stores.js';

/** Nothing listens at this address. */
const NOWHERE = 'http://127.0.0.1:9';

/** Nothing is sent: the check signs in no user. The client libraries of both model providers and the tracing are loaded. */
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_URL: 'https://chat.invalid',
  JWT_SECRET: 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT',
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: `${NOWHERE}/send`,
  SMS_WEBHOOK_SECRET: 'whsec_Zk3VtYw9mXcR5sLh2NfPdGa8E',
  BILLING: 'off',
  LLM_PROVIDERS: 'gemini,mistral',
  GEMINI_API_KEY: 'not-asked-in-this-check-3VtYw9mX',
  GEMINI_BASE_URL: NOWHERE,
  MISTRAL_API_KEY: 'not-asked-in-this-check-3VtYw9mX',
  MISTRAL_BASE_URL: NOWHERE,
  MISTRAL_MODEL: 'mistral-small',
  OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE,
  WORKER: 'separate',
  CONSOLE: 'on',
};

/** Boots an image as migration, API and worker in production with the commands of docs/deploy.md, and requests its pages. */
export async function tryInProduction({ image, programs, databaseUrl }: Stores): Promise<void> {
  const port = String(await freePort());
  const environment = { ...PRODUCTION, DATABASE_URL: databaseUrl, PORT: port };
  const script = (path: string) => ['node', '--enable-source-maps', `dist/bundle/${path}`];

  await programs.run(script('scripts/migrate.js'), environment);
  const api = programs.start('the API', image.command, environment);
  const worker = programs.start('the worker', script('src/worker.js'), environment);
  await Promise.all([isUp(api), isUp(worker)]);
  const origin = `http://127.0.0.1:${port}`;
  const { status } = await fetch(`${origin}/health/ready`);
  if (status !== 200) throw new Error(`/health/ready answers ${status}`);
  await readPages(origin);
  await programs.run(image.healthcheck, environment);
  // Its providers do not answer here: the command says so and fails.
  await programs.run(script('scripts/doctor.js'), environment, { code: 1, text: 'PostgreSQL' });
  for (const each of [api, worker]) await programs.stop(each);
}
