import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Interval of the health checks: several fit into the time in which a stopping process still serves. */
const HEALTH_MS = 250;
/** A request that no process has begun to answer may be sent again only if it has no effect. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A load balancer in front of several processes: each request, and so each reconnect, goes to the next process. It keeps
 * connections to the processes open, checks `/health/ready`, and sends a request to another process when the first refuses
 * the connection, as nginx does. It never sends a POST twice: a connection that breaks under one is a failed request.
 */
export class RoundRobinProxy {
  /** Number of requests by process. */
  readonly served = new Map<string, number>();
  /** Requests that this proxy answered with 502, because no process did. */
  readonly failures: string[] = [];
  /** Processes that get all requests whose path begins so. */
  readonly pinned = new Map<string, string>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly unready = new Set<string>();
  private turn = 0;
  private checks: NodeJS.Timeout | undefined;

  private constructor(
    private readonly server: Server,
    readonly targets: string[],
  ) {
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      this.forward(incoming, response, this.order(incoming.url ?? '/'));
    });
  }

  static async to(targets: string[], { checksHealth = false } = {}): Promise<RoundRobinProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new RoundRobinProxy(server, targets);
    if (checksHealth)
      proxy.checks = setInterval(() => targets.forEach((url) => void proxy.check(url)), HEALTH_MS);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    clearInterval(this.checks);
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The processes in the order in which they are tried. */
  private order(path: string): string[] {
    for (const [prefix, target] of this.pinned) if (path.startsWith(prefix)) return [target];
    this.turn += 1;
    const at = this.turn % this.targets.length;
    const all = [...this.targets.slice(at), ...this.targets.slice(0, at)];
    const ready = all.filter((url) => !this.unready.has(url));
    return ready.length > 0 ? ready : all;
  }

  private forward(incoming: IncomingMessage, response: ServerResponse, [target, ...others]: string[]): void {
    const { method = 'GET', url = '/', headers } = incoming;
    const { hostname, port } = new URL(target!);
    const passed = request(
      { agent: this.agent, hostname, port, method, path: url, headers },
      (answer: IncomingMessage) => {
        this.served.set(target!, (this.served.get(target!) ?? 0) + 1);
        const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
        response.writeHead(answer.statusCode!, kept);
        response.flushHeaders();
        answer.pipe(response);
        answer.once('error', () => response.destroy());
      },
    );
    passed.once('error', (error: NodeJS.ErrnoException) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      const mayRepeat = error.code === 'ECONNREFUSED' || (SAFE.has(method) && !incoming.readableDidRead);
      if (mayRepeat && others.length > 0) return this.forward(incoming, response, others);
      this.failures.push(`${method} ${url}: ${error.code ?? error.message}`);
      response.writeHead(502).end();
    });
    response.once('close', () => passed.destroy());
    incoming.pipe(passed);
  }

  private async check(url: string): Promise<void> {
    const isReady = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) this.unready.delete(url);
    else this.unready.add(url);
  }
}
