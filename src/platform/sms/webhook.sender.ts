import { Webhook } from 'standardwebhooks';
import { postToProvider } from './post.js';
import { SmsSender, type Sms } from './sms-sender.js';

export interface WebhookSettings {
  url: string;
  /** `whsec_` and base64, or plain text. */
  secret: string;
}

/** Posts the message to a service of the operator, signed as Standard Webhooks: https://www.standardwebhooks.com */
export class WebhookSender extends SmsSender {
  private readonly signer: Webhook;

  constructor(private readonly settings: WebhookSettings) {
    super();
    const { secret } = settings;
    this.signer = new Webhook(secret, secret.startsWith('whsec_') ? {} : { format: 'raw' });
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
      {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': this.signer.sign(id, now, body),
      },
      body,
    );
  }
}
