import { connect, createServer, type AddressInfo, type Server } from 'node:net';

/** Type of a message that carries a notification (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const NOTIFICATION = 'A'.charCodeAt(0);
/** A message has a type of one byte and its length, which counts itself, in four. */
const HEAD_BYTES = 5;

/** In front of PostgreSQL like a pooler that passes queries and loses notifications. */
export class DeafPooler {
  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async to(databaseUrl: string): Promise<DeafPooler> {
    const target = new URL(databaseUrl);
    const server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      client.pipe(upstream);
      let rest: Buffer = Buffer.alloc(0);
      upstream.on('data', (chunk: Buffer) => {
        const { passed, left } = withoutNotifications(Buffer.concat([rest, chunk]));
        rest = left;
        client.write(passed);
      });
      for (const socket of [client, upstream])
        socket
          .on('error', () => undefined)
          .on('close', () => [client, upstream].forEach((one) => one.destroy()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DeafPooler(server, target);
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  close(): void {
    this.server.close();
  }
}

function withoutNotifications(bytes: Buffer): { passed: Buffer; left: Buffer } {
  const passed: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= HEAD_BYTES) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    if (bytes[at] !== NOTIFICATION) passed.push(bytes.subarray(at, end));
    at = end;
  }
  return { passed: Buffer.concat(passed), left: bytes.subarray(at) };
}
