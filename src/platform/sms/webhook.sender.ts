import { Webhook } from 'standardwebhooks';
import { postToProvider } from './post.js';
import { SmsSender, type Sms } from './sms-sender.js';

export interface WebhookSettings {
  url: string;
  /** `whsec_` and base64, or plain text. */
  secret: string;
}

/** Headers of a request signed as Standard Webhooks. */
export function signedHeaders(secret: string, id: string, now: Date, body: string): Record<string, string> {
  const signer = new Webhook(secret, secret.startsWith('whsec_') ? {} : { format: 'raw' });
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signer.sign(id, now, body),
  };
}

/** Posts the message to a service of the operator, signed as Standard Webhooks: https://www.standardwebhooks.com */
export class WebhookSender extends SmsSender {
  constructor(private readonly settings: WebhookSettings) {
    super();
    // An unusable secret stops the start, not the first message.
    signedHeaders(settings.secret, 'start', new Date(), '');
  }

  /** No texts are stored here. */
  override async forget(): Promise<void> {}

  override async send({ id, to, text }: Sms): Promise<void> {
    const body = JSON.stringify({ to, text });
    // The receiver compares the time with its own clock, so this is the machine's time, not the sandbox clock's.
    const now = new Date();
    await postToProvider(
      'the SMS webhook',
      this.settings.url,
      signedHeaders(this.settings.secret, id, now, body),
      body,
    );
  }
}
