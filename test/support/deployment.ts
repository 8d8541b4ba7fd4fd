import { randomBytes } from 'node:crypto';
import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { newDatabase } from './processes.js';
import { openPool, Product, startProduct, startWorker, type WorkerProcess } from './product.js';
import { RoundRobinProxy } from './round-robin-proxy.js';
import { SmsReceiver } from './sms-receiver.js';

/** Pause between two pieces of an answer: an answer of some twenty pieces lasts long enough to be interrupted. */
const CHUNK_MS = 40;

interface Plan {
  apis?: number;
  workers?: number;
  /** Of all processes. */
  environment?: Record<string, string>;
}

/**
 * Several API and worker processes in production settings, behind a load balancer that sends each request to another
 * process. The model and the SMS service are in the test's process.
 */
export class Deployment {
  readonly model = new GeminiSandbox({ chunkDelayMs: CHUNK_MS });
  readonly apis: Product[] = [];
  readonly workers: WorkerProcess[] = [];
  /** The deployment as its clients see it: its requests go through the proxy. */
  entrance!: Product;
  proxy!: RoundRobinProxy;
  sms!: SmsReceiver;
  private readonly ended: Product[] = [];
  private environment: Record<string, string> = {};

  static async start(plan: Plan = {}): Promise<Deployment> {
    const deployment = new Deployment();
    try {
      await deployment.open(plan);
    } catch (error) {
      await deployment.close();
      throw error;
    }
    return deployment;
  }

  private async open({ apis = 2, workers = 2, environment = {} }: Plan): Promise<void> {
    await this.model.listen();
    this.sms = await SmsReceiver.start();
    this.environment = { ...this.production(), DATABASE_URL: await newDatabase(), ...environment };
    const ports = await Promise.all(Array.from({ length: apis }, freePort));
    for (const port of ports) this.apis.push(await this.startApi(port));
    for (let nth = 0; nth < workers; nth += 1) this.workers.push(await this.startWorker());
    const targets = ports.map((port) => `http://127.0.0.1:${port}`);
    this.proxy = await RoundRobinProxy.to(targets, { checksHealth: true });
    const { databaseUrl, process } = this.apis[0]!;
    const pool = openPool(databaseUrl);
    this.entrance = new Product(this.proxy.url, databaseUrl, pool, process, { text: '' });
    this.entrance.jwtSecret = this.environment['JWT_SECRET']!;
  }

  /** Output of all processes, including those that have ended. */
  get log(): string {
    return [...this.apis, ...this.ended, ...this.workers].map(({ log }) => log).join('');
  }

  /** Changes the environment of every process that starts from now on. */
  configure(changes: Record<string, string>): void {
    Object.assign(this.environment, changes);
  }

  /**
   * Restarts every process, as a rolling update does: of each kind one after the other, the next one only when this one
   * serves again.
   */
  async roll(): Promise<void> {
    await Promise.all([this.rollApis(), this.rollWorkers()]);
  }

  private async rollApis(): Promise<void> {
    for (const [nth, api] of this.apis.entries()) {
      const code = await api.end('SIGTERM');
      if (code !== 0) throw new Error(`an API process ended with ${code}:\n${api.log.slice(-5000)}`);
      this.ended.push(api);
      this.apis[nth] = await this.startApi(Number(new URL(api.url).port));
    }
  }

  private async rollWorkers(): Promise<void> {
    for (const [nth, worker] of this.workers.entries()) {
      const code = await worker.end('SIGTERM');
      if (code !== 0) throw new Error(`a worker ended with ${code}:\n${worker.log.slice(-5000)}`);
      this.workers[nth] = await this.startWorker();
    }
  }

  async close(): Promise<void> {
    const { proxy, entrance, sms } = this as Partial<Deployment>;
    await proxy?.close();
    for (const worker of this.workers) await worker.end('SIGKILL');
    for (const api of this.apis) await api.end('SIGKILL');
    // Between its end and its successor's start a process is in both lists.
    for (const { db } of new Set([...this.apis, ...this.ended])) await db.end();
    await entrance?.db.end();
    await this.model.close();
    await sms?.close();
  }

  private startApi(port: number): Promise<Product> {
    return startProduct({ ...this.environment, PORT: String(port) });
  }

  private startWorker(): Promise<WorkerProcess> {
    const { DATABASE_URL: databaseUrl } = this.environment;
    return startWorker({ databaseUrl: databaseUrl! }, this.environment);
  }

  private production(): Record<string, string> {
    return {
      NODE_ENV: 'production',
      // Production refuses the tests' own secret as a placeholder.
      JWT_SECRET: randomBytes(48).toString('base64url'),
      APP_URL: 'http://127.0.0.1',
      WORKER: 'separate',
      BILLING: 'off',
      GEMINI_BASE_URL: this.model.url,
      GEMINI_API_KEY: SANDBOX_API_KEY,
      // The proxy is on loopback, as every client of a test.
      TRUST_PROXY: '127.0.0.1',
      ...this.sms.environment,
    };
  }
}
