import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

export const SMS_SECRET = 'whsec_c2VjcmV0LW9mLXRoZS1zbXMtd2ViaG9vay1mb3ItdGVzdHM=';

export interface ReceivedSms {
  headers: IncomingHttpHeaders;
  /** The received bytes, which the signature covers. */
  raw: string;
  to: string;
  text: string;
}

/** The operator's service of OTP_DELIVERY=webhook. It responds as the test sets. */
export class SmsReceiver {
  readonly received: ReceivedSms[] = [];
  /** Status of the next responses; the last one is repeated. */
  statuses = [200];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SmsReceiver> {
    const server = createServer();
    const receiver = new SmsReceiver(server);
    server.on('request', (request, response) => {
      let raw = '';
      request.on('data', (chunk: Buffer) => (raw += chunk.toString()));
      request.on('end', () => {
        receiver.received.push({ headers: request.headers, raw, ...JSON.parse(raw) });
        const [status] = receiver.statuses.length > 1 ? receiver.statuses.splice(0, 1) : receiver.statuses;
        response.writeHead(status!).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** Environment of a product that sends through this receiver. */
  get environment(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      OTP_DELIVERY: 'webhook',
      SMS_WEBHOOK_URL: `http://127.0.0.1:${port}/sms`,
      SMS_WEBHOOK_SECRET: SMS_SECRET,
    };
  }

  /** Texts received for a number, including retries. */
  to(mobile: string): ReceivedSms[] {
    return this.received.filter(({ to }) => to === mobile);
  }

  /** Waits for the n-th text to a number and returns its code. */
  async codeFor(mobile: string, count = 1): Promise<string> {
    const texts = await eventually(
      () => this.to(mobile),
      (found) => found.length >= count,
    );
    return /\d{6,8}/.exec(texts[count - 1]!.text)![0];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
