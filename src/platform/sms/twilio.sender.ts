import { postToProvider } from './post.js';
import { SmsSender, type Sms } from './sms-sender.js';

export interface TwilioSettings {
  accountSid: string;
  authToken: string;
  messagingServiceSid: string | null;
  from: string | null;
}

/** Twilio's REST API, one plain call: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
export class TwilioSender extends SmsSender {
  constructor(
    private readonly settings: TwilioSettings,
    private readonly baseUrl = 'https://api.twilio.com',
  ) {
    super();
  }

  /** No texts are stored here. */
  override async forget(): Promise<void> {}

  override async send({ to, text }: Sms): Promise<void> {
    const { accountSid, authToken, messagingServiceSid, from } = this.settings;
    const form = new URLSearchParams({
      To: to,
      Body: text,
      ...(messagingServiceSid ? { MessagingServiceSid: messagingServiceSid } : { From: from ?? '' }),
    });
    await postToProvider(
      'Twilio',
      `${this.baseUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`,
      {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      form.toString(),
    );
  }
}
