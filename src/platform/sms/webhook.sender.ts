import { createHmac } from 'node:crypto';
import { postToProvider } from './post.js';
import { SmsSender, type Sms } from './sms-sender.js';

export interface WebhookSettings {
  url: string;
  /** `whsec_` and base64, or plain text. */
  secret: string;
}

/** Hands the message to a service of the operator's, signed as Standard Webhooks: https://www.standardwebhooks.com */
export class WebhookSender extends SmsSender {
  constructor(private readonly settings: WebhookSettings) {
    super();
  }

  /** Nothing is kept here. */
  override async forget(): Promise<void> {}

  override async send({ id, to, text }: Sms): Promise<void> {
    const body = JSON.stringify({ to, text });
    // The receiver compares with its own clock: the machine's time, not the sandbox's.
    const timestamp = String(Math.floor(Date.now() / 1000));
    await postToProvider(
      'the SMS webhook',
      this.settings.url,
      {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${sign(this.settings.secret, `${id}.${timestamp}.${body}`)}`,
      },
      body,
    );
  }
}

function sign(secret: string, content: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  return createHmac('sha256', key).update(content).digest('base64');
}
