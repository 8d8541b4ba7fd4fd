import { Agent, request as openRequest, type IncomingMessage } from 'node:http';

/** A request as it is sent. */
export interface WireRequest {
  method: string;
  /** With query, percent-encoded. */
  path: string;
  headers: [name: string, value: string][];
  body?: Buffer;
  /** The connection is cut after this number of bytes of the response's body. */
  cutAfter?: number;
}

export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- journeys look into bodies of every shape
  body: any;
  durationMs: number;
  /** True if the fuzzer closed the connection before the end of the response. */
  cut: boolean;
  /** Reason for a missing or incomplete response. */
  broken?: string;
}

/** How long an event stream is followed. */
const STREAM_MS = 2000;
/** A request without a response after this time is a finding. */
const ANSWER_MS = 60_000;
/** A server may close an idle connection at the moment at which it is used again. */
const TRIES = 3;

/** An HTTP/1.1 client that sends any request and keeps connections open. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(readonly url: string) {}

  async send(request: WireRequest): Promise<WireAnswer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.once(request);
      if (answer.status > 0 || tries === TRIES) return answer;
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private once({ method, path, headers, body, cutAfter }: WireRequest): Promise<WireAnswer> {
    const began = performance.now();
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve) => {
      const finish = (part: Partial<WireAnswer>) => {
        clearTimeout(timer);
        resolve({
          status: 0,
          headers: new Headers(),
          text: '',
          body: undefined,
          cut: false,
          durationMs: performance.now() - began,
          ...part,
        });
      };
      const outgoing = openRequest({ hostname, port, method, path, agent: this.agent, setHost: false });
      const timer = setTimeout(() => {
        finish({ broken: `no answer within ${ANSWER_MS} ms` });
        outgoing.destroy();
      }, ANSWER_MS);
      if (!headers.some(([name]) => name === 'host')) outgoing.setHeader('host', `${hostname}:${port}`);
      for (const [name, values] of grouped(headers))
        outgoing.setHeader(name, values.length > 1 ? values : values[0]!);
      if (body) outgoing.setHeader('content-length', body.length);
      outgoing.on('error', (error: NodeJS.ErrnoException) => finish({ broken: error.code ?? error.message }));
      outgoing.on('response', (response) => {
        clearTimeout(timer);
        read(response, cutAfter, finish);
      });
      outgoing.end(body);
    });
  }
}

function grouped(headers: WireRequest['headers']): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [name, value] of headers) all.set(name, [...(all.get(name) ?? []), value]);
  return all;
}

function read(
  response: IncomingMessage,
  cutAfter: number | undefined,
  finish: (part: Partial<WireAnswer>) => void,
): void {
  const headers = new Headers();
  for (let at = 0; at < response.rawHeaders.length; at += 2)
    headers.append(response.rawHeaders[at]!, response.rawHeaders[at + 1]!);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const stop = () => {
    cut = true;
    response.destroy();
  };
  const timer = setTimeout(
    isStream ? stop : () => response.destroy(new Error('the body never ends')),
    isStream ? STREAM_MS : ANSWER_MS,
  );
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (cutAfter !== undefined && bytes >= cutAfter) stop();
  });
  response.on('error', () => undefined);
  response.on('close', () => {
    clearTimeout(timer);
    const text = Buffer.concat(chunks).toString();
    const whole = response.complete || cut;
    finish({
      status: response.statusCode!,
      headers,
      text,
      body: cut ? undefined : jsonOf(headers, text),
      cut,
      ...(!whole && !isStream && { broken: 'the answer was cut off' }),
    });
  });
}

function jsonOf(headers: Headers, text: string): unknown {
  if (!headers.get('content-type')?.includes('json') || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
