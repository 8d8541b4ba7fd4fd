import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

/** A span as a collector receives it, with decoded attributes and the role of its process. */
export interface ReceivedSpan {
  role: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  links: { traceId: string; spanId: string }[];
  status: { code: number };
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

/** A collector that takes OTLP/JSON on loopback. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Everything received, as it came. */
  text = '';
  /** Headers of the exports. */
  readonly headers: Record<string, unknown>[] = [];
  /** Number of exports. */
  exports = 0;
  /** `hangs`: takes each export and never answers. */
  state: 'answers' | 'hangs' | 'refuses' = 'answers';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.headers.push(request.headers);
        receiver.take(`${request.method} ${request.url}`, Buffer.concat(chunks).toString(), response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** Environment of a process that exports to this collector. */
  get environment(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '100' };
  }

  /** Waits for the spans of a name. */
  named(name: string, count = 1): Promise<ReceivedSpan[]> {
    return eventually(
      () => this.spans.filter((span) => span.name === name),
      (found) => found.length >= count,
    );
  }

  /** The spans of a trace, once they have all these names. */
  async trace(traceId: string, ...names: string[]): Promise<ReceivedSpan[]> {
    const of = () => this.spans.filter((span) => span.traceId === traceId);
    return eventually(of, (found) => names.every((name) => found.some((span) => span.name === name)));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(what: string, text: string, response: ServerResponse): void {
    this.exports += 1;
    if (this.state === 'hangs') return;
    if (this.state === 'refuses' || what !== 'POST /v1/traces') return void response.writeHead(503).end();
    this.text += text;
    for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
      const role = decoded(resource.attributes)['process.role'] as string;
      for (const { spans } of scopeSpans)
        for (const span of spans)
          this.spans.push({
            ...span,
            role,
            attributes: decoded(span.attributes),
            events: span.events.map((event: { name: string; attributes: Attribute[] }) => ({
              name: event.name,
              attributes: decoded(event.attributes),
            })),
          });
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }
}

const decoded = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, decodedValue(value)]));

function decodedValue(value: Record<string, unknown>): unknown {
  const [[kind, inner]] = Object.entries(value) as [[string, never]];
  if (kind === 'intValue') return Number(inner);
  if (kind === 'arrayValue')
    return (inner as { values: Record<string, unknown>[] }).values.map((one) => decodedValue(one));
  return inner;
}
