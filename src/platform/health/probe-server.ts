import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { listeningUrl } from '../http/app-url.js';
import { HostRule } from '../http/edge/host.js';
import { newRequestId } from '../http/edge/request-id.js';
import { METRICS } from '../metrics/metrics.module.js';
import { metricsTokenCheck } from '../metrics/metrics-token.js';
import type { Metrics } from '../metrics/metrics.js';
import { problemBody, PROBLEM_TYPE, toProblem } from '../problem/problem-reply.js';
import { Problem } from '../problem/problem.js';
import { Drain } from './drain.js';
import { Readiness } from './readiness.js';

/** A probe has no body, and its headers fit one packet; a slow sender is disconnected. */
const REQUEST_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 4096;

interface Answer {
  contentType: string;
  text: string;
}

const json = (body: object): Answer => ({
  contentType: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
});

/**
 * The probe port of a worker process: `GET /health/live`, `/health/ready` and `/metrics`, answered as the API answers them.
 *
 * Node's own server, since three paths without a body need no framework: a worker without WORKER_PROBE_PORT loads and
 * listens to nothing. HOST decides who reaches it, as for the API; while a sandbox is on the same rule about the Host
 * header holds. Without the right token `/metrics` is an unknown path.
 */
@Injectable()
export class ProbeServer implements OnApplicationShutdown {
  private server: Server | null = null;
  private readonly hosts: HostRule;
  private readonly isScraper: (authorization: string | undefined) => boolean;

  constructor(
    private readonly readiness: Readiness,
    private readonly drain: Drain,
    @Inject(METRICS) private readonly metrics: Metrics | null,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.hosts = new HostRule(config);
    const { token } = config.metrics;
    this.isScraper = token === null ? () => false : metricsTokenCheck(token);
  }

  /**
   * Listens on WORKER_PROBE_PORT.
   * @returns the address; null while the port is not set
   * @throws the error that prevents listening
   */
  async listen(): Promise<string | null> {
    const { probePort } = this.config.worker;
    if (probePort === null) return null;
    this.server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
      (request, response) => void this.answer(request, response),
    );
    this.server.listen(probePort, this.config.http.host);
    await once(this.server, 'listening');
    return listeningUrl(this.server.address());
  }

  /** `/health/ready` is 503 from now on. */
  beginDrain(): void {
    this.drain.begin();
  }

  /** Last: liveness answers while jobs end. */
  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
    try {
      const { contentType, text } = await this.route(request, path);
      response.writeHead(200, { ...headers, 'Content-Type': contentType }).end(text);
    } catch (error) {
      const problem = toProblem(error);
      const body = problemBody(problem, { url: path, id: newRequestId() }, this.appUrl);
      response
        .writeHead(problem.status, { ...headers, ...problem.headers, 'Content-Type': PROBLEM_TYPE })
        .end(JSON.stringify(body));
    }
  }

  /** @throws Problem */
  private async route(request: IncomingMessage, path: string): Promise<Answer> {
    const refusal = this.hosts.refusal(request);
    if (refusal) throw refusal;
    if (request.method !== 'GET' && request.method !== 'HEAD') throw Problem.notFound();
    switch (path) {
      case '/health/live':
        return json({ status: 'live' });
      case '/health/ready':
        return json(await this.readiness.look());
      case '/metrics':
        if (this.metrics && this.isScraper(request.headers.authorization)) return this.metrics.scrape();
    }
    throw Problem.notFound();
  }

  private get appUrl(): string {
    return this.config.http.appUrl ?? listeningUrl(this.server!.address());
  }
}
