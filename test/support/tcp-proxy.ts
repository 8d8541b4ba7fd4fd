import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy between a product and one of its servers that can cut, reset, half-close, strand or slow down connections,
 * or hold them at a certain word.
 */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  /** The sockets of {@link sockets} that lead to the product. */
  private readonly clients = new Set<Socket>();
  private isCut = false;
  private delayMs = 0;
  private serverIncarnation = 0;
  private word: string | null = null;
  private readonly held: (() => void)[] = [];
  private onHeld: (() => void) | null = null;

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(url: string): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, new URL(url));
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Leads new connections to another address, at which the server has restarted. */
  aim(url: string): void {
    this.target = new URL(url);
  }

  /** Delays all data by this time, each way; 0 ends the delay. */
  slowDown(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Closes every connection and accepts no more. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Resets every open connection (TCP RST), as a failover does. New connections work. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /**
   * Half-closes every open connection towards the product (TCP FIN), as a restarting pooler does. New connections work.
   */
  halfClose(): void {
    for (const socket of this.clients) socket.end();
  }

  mend(): void {
    this.isCut = false;
  }

  /**
   * Strands every open connection: it stays open and carries nothing, as behind a router that has lost its state. New
   * connections work.
   */
  strand(): void {
    this.serverIncarnation += 1;
  }

  /**
   * Holds all data to the server from the next chunk with this word on, until {@link release}. Resolves when the chunk
   * has arrived.
   */
  holdAt(word: string): Promise<void> {
    this.word = word;
    return new Promise((resolve) => (this.onHeld = resolve));
  }

  release(): void {
    this.word = null;
    for (const send of this.held.splice(0)) send();
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private join(client: Socket): void {
    if (this.isCut) return void client.destroy();
    const server = connect(Number(this.target.port), this.target.hostname);
    this.clients.add(client);
    client.on('close', () => this.clients.delete(client));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    const { serverIncarnation } = this;
    const ifAlive = (pass: (chunk: Buffer) => void) =>
      this.inOrder((chunk) => {
        if (serverIncarnation === this.serverIncarnation) pass(chunk);
      });
    server.on(
      'data',
      ifAlive((chunk) => client.writable && client.write(chunk)),
    );
    client.on(
      'data',
      ifAlive((chunk) => this.pass(chunk, server)),
    );
  }

  /** Keeps the order of the data while the delay changes. */
  private inOrder(pass: (chunk: Buffer) => void): (chunk: Buffer) => void {
    let onTheWay = 0;
    let last: Promise<unknown> = Promise.resolve();
    return (chunk) => {
      if (this.delayMs === 0 && onTheWay === 0) return pass(chunk);
      onTheWay += 1;
      const travelled = new Promise((resolve) => setTimeout(resolve, this.delayMs));
      last = Promise.all([last, travelled]).then(() => {
        onTheWay -= 1;
        pass(chunk);
      });
    };
  }

  private pass(chunk: Buffer, server: Socket): void {
    const meets = this.held.length > 0 || (this.word !== null && chunk.includes(this.word));
    if (!meets) return void server.write(chunk);
    this.held.push(() => server.write(chunk));
    this.onHeld?.();
  }
}
