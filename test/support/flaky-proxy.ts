import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Fate of a request: it passes; it is lost; its response is lost, wholly or from the middle on; or a proxy responds 503.
 */
export type Fate = 'pass' | 'lose request' | 'lose answer' | 'cut answer' | 'busy';

const BUSY =
  'HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 1\r\ncontent-length: 22\r\n\r\n{"code":"unavailable"}';

/** An unreliable network in front of a product: each matching request gets the next fate. */
export class FlakyProxy {
  /** First lines of all requests, including lost ones. */
  readonly requests: string[] = [];
  private readonly fates: { matches: RegExp; fates: Fate[] }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(url: string): Promise<FlakyProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FlakyProxy(server, new URL(url));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Sets the fates of the next requests whose first line matches; after them all requests pass. */
  next(matches: RegExp, ...fates: Fate[]): void {
    this.fates.push({ matches, fates });
  }

  /** True when every fate has been used. */
  get isCalm(): boolean {
    return this.fates.every(({ fates }) => fates.length === 0);
  }

  close(): void {
    this.server.close();
  }

  private join(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let fate: Fate = 'pass';
    const end = () => [client, server].forEach((socket) => socket.destroy());
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.on('data', (chunk: Buffer) => {
      fate = this.fateOf(chunk) ?? fate;
      if (fate === 'busy') client.write(BUSY);
      else if (fate === 'lose request') end();
      else server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (fate === 'pass') return void client.write(chunk);
      if (fate === 'lose answer') return end();
      client.write(chunk.subarray(0, chunk.length / 2), end);
    });
  }

  /** Null for the rest of a request that began in an earlier chunk. */
  private fateOf(chunk: Buffer): Fate | null {
    const line = /^[A-Z]+ \S+(?= HTTP\/1\.1)/.exec(chunk.toString('latin1'))?.[0];
    if (line === undefined) return null;
    const fate = this.fates
      .find(({ matches, fates }) => fates.length > 0 && matches.test(line))
      ?.fates.shift();
    this.requests.push(fate ? `${line}: ${fate}` : line);
    return fate ?? 'pass';
  }
}
