import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { eventually } from './eventually.js';

export const EVENTS_SECRET = `whsec_${Buffer.from('only-for-tests-0123456789abcdef').toString('base64')}`;

/** How the receiver treats a request. */
export type Behaviour =
  | 'accept'
  /** 500 */
  | 'fail'
  /** 302 to a path that accepts. */
  | 'redirect'
  /** Takes the request and never responds. */
  | 'hang'
  /** Closes the connection without a response. */
  | 'cut'
  /** 200 with a body that is shorter than its Content-Length, and a closed connection. */
  | 'promise more'
  /** 200 with a body that never ends. */
  | 'endless'
  /** 410 Gone. */
  | 'gone';

export interface ReceivedEvent {
  id: string;
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
  path: string;
}

/** The app's server: verifies each event with the official library of Standard Webhooks. */
export class EventReceiver {
  /** Verified events, in the order of their arrival. */
  readonly received: ReceivedEvent[] = [];
  /** Requests that the library refused. */
  readonly refused: string[] = [];
  /** Ids of the events that were accepted. */
  readonly accepted = new Set<string>();
  behaviour: Behaviour = 'accept';
  /** Overrides the behaviour of the events that it knows. */
  treats: (event: ReceivedEvent) => Behaviour | undefined = () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(secret = EVENTS_SECRET): Promise<EventReceiver> {
    const server = createServer();
    const receiver = new EventReceiver(server);
    const webhook = new Webhook(secret);
    server.on('request', (request, response) => {
      let raw = '';
      request.on('data', (chunk: Buffer) => (raw += chunk.toString()));
      request.on('end', () => {
        let event: ReceivedEvent;
        try {
          const body = webhook.verify(raw, request.headers as Record<string, string>) as ReceivedEvent;
          event = { ...body, id: request.headers['webhook-id'] as string, path: request.url! };
        } catch (error) {
          receiver.refused.push((error as Error).message);
          response.writeHead(401).end();
          return;
        }
        receiver.received.push(event);
        switch (receiver.treats(event) ?? receiver.behaviour) {
          case 'accept':
            receiver.accepted.add(event.id);
            return response.writeHead(204).end();
          case 'fail':
            return response.writeHead(500).end('an error');
          case 'gone':
            return response.writeHead(410).end();
          case 'redirect':
            return response.writeHead(302, { location: '/elsewhere' }).end();
          case 'hang':
            return undefined;
          case 'cut':
            return request.socket.destroy();
          case 'promise more':
            response.writeHead(200, { 'content-length': '1000000' }).write('less');
            return (response.socket as Socket).end();
          case 'endless': {
            response.writeHead(200);
            const chunk = 'x'.repeat(65_536);
            const more = () => {
              while (!response.destroyed && response.write(chunk));
            };
            response.on('drain', more);
            more();
          }
        }
        return undefined;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/events`;
  }

  /** Environment of a product that sends to this receiver. */
  get environment(): Record<string, string> {
    return { EVENTS_WEBHOOK_URL: this.url, EVENTS_WEBHOOK_SECRET: EVENTS_SECRET };
  }

  /** Events whose data contain a value, for example an id. */
  about(value: string): ReceivedEvent[] {
    return this.received.filter(({ data }) => Object.values(data).includes(value));
  }

  /** Waits for the n-th event about something. */
  async next(value: string, count = 1): Promise<ReceivedEvent> {
    const found = await eventually(
      () => this.about(value),
      (events) => events.length >= count,
    );
    return found[count - 1]!;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
