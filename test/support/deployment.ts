import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import {
  newDatabase,
  openPool,
  Product,
  startProduct,
  startWorker,
  type WorkerProcess,
} from './product.js';
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

  static async start({ apis = 2, workers = 2, environment = {} }: Plan = {}): Promise<Deployment> {
    const deployment = new Deployment();
    await deployment.model.listen();
    deployment.sms = await SmsReceiver.start();
    deployment.environment = {
      ...deployment.production(),
      DATABASE_URL: await newDatabase(),
      ...environment,
    };
    const ports = await Promise.all(Array.from({ length: apis }, freePort));
    deployment.apis.push(...(await Promise.all(ports.map((port) => deployment.startApi(port)))));
    deployment.workers.push(
      ...(await Promise.all(Array.from({ length: workers }, () => deployment.startWorker()))),
    );
    const targets = ports.map((port) => `http://127.0.0.1:${port}`);
    deployment.proxy = await RoundRobinProxy.to(targets, { checksHealth: true });
    const { databaseUrl, process } = deployment.apis[0]!;
    const { url } = deployment.proxy;
    deployment.entrance = new Product(url, databaseUrl, openPool(databaseUrl), process, { text: '' });
    return deployment;
  }

  /** Output of all processes, including those that have ended. */
  get log(): string {
    return [...this.apis, ...this.ended, ...this.workers].map(({ log }) => log).join('');
  }

  /** Changes the environment of every process that starts from now on. */
  configure(changes: Record<string, string>): void {
    Object.assign(this.environment, changes);
  }

  /** Restarts one process after the other, as a rolling update does: the next one only when this one serves again. */
  async roll(): Promise<void> {
    for (const [nth, api] of this.apis.entries()) {
      const code = await api.end('SIGTERM');
      if (code !== 0) throw new Error(`an API process ended with ${code}:\n${api.log.slice(-5000)}`);
      this.ended.push(api);
      this.apis[nth] = await this.startApi(Number(new URL(api.url).port));
    }
    for (const [nth, worker] of this.workers.entries()) {
      const code = await worker.end('SIGTERM');
      if (code !== 0) throw new Error(`a worker ended with ${code}:\n${worker.log.slice(-5000)}`);
      this.workers[nth] = await this.startWorker();
    }
  }

  async close(): Promise<void> {
    await this.proxy.close();
    for (const worker of this.workers) await worker.end('SIGKILL');
    for (const api of this.apis) await api.end('SIGKILL');
    for (const { db } of [...this.apis, ...this.ended, this.entrance]) await db.end();
    await this.model.close();
    await this.sms.close();
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
