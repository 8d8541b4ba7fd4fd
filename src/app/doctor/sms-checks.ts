import { randomUUID } from 'node:crypto';
import type { Config } from '../../platform/config/config.js';
import { SmsFailure } from '../../platform/sms/sms-sender.js';
import { TwilioSender, type TwilioSettings } from '../../platform/sms/twilio.sender.js';
import { signedHeaders, WebhookSender, type WebhookSettings } from '../../platform/sms/webhook.sender.js';
import { failed, fix, ok, skipped, type Check, type CheckGroup, type Finding } from './check.js';
import { reasonOf } from './reason.js';
import {
  simulatedSms,
  verdictOfDryRequests,
  verdictOfTwilioAccount,
  verdictOfTwilioFrom,
  verdictOfTwilioService,
} from './sms-verdicts.js';

const SERVICE = 'SMS';
const ACCOUNT = 'account';
const TEST_MESSAGE = 'test message';
const CHOOSE_DELIVERY = fix('OTP_DELIVERY', 'set twilio or webhook to send a real message');
/** The same limit as for a message (platform/sms/post.ts). */
const CALL_MS = 5000;
const TEXT = 'This is a test of the chat backend: messages arrive.';

/** Addresses of Twilio's two APIs. */
export interface TwilioAddresses {
  api: string;
  messaging: string;
}

const TWILIO: TwilioAddresses = {
  api: 'https://api.twilio.com',
  messaging: 'https://messaging.twilio.com',
};

/**
 * The checks of OTP_DELIVERY. No message is sent.
 * @param sendTo except one to this number (`--send-to`), through the product's own sender
 */
export function smsChecks({ otp, sms }: Config, sendTo: string | null, twilio = TWILIO): CheckGroup {
  if (otp.delivery === 'sandbox') {
    const delivery: Check = { name: 'delivery', run: simulatedSms };
    const unsent: Check = {
      name: TEST_MESSAGE,
      run: () => skipped('not sent: the sandbox delivers to no phone', CHOOSE_DELIVERY),
    };
    return { service: SERVICE, checks: sendTo === null ? [delivery] : [delivery, unsent] };
  }
  const sender = () =>
    otp.delivery === 'twilio' ? new TwilioSender(sms.twilio!, twilio.api) : new WebhookSender(sms.webhook!);
  const checks = otp.delivery === 'twilio' ? twilioChecks(sms.twilio!, twilio) : [webhookCheck(sms.webhook!)];
  const send: Check = { name: TEST_MESSAGE, run: () => sendTest(sender(), sendTo!) };
  return { service: SERVICE, checks: sendTo === null ? checks : [...checks, send] };
}

function twilioChecks(settings: TwilioSettings, { api, messaging }: TwilioAddresses): Check[] {
  const { accountSid, messagingServiceSid, from } = settings;
  const account = `${api}/2010-04-01/Accounts/${accountSid}`;
  const checkAccount: Check = {
    name: ACCOUNT,
    run: async () => {
      const { status, body } = await ask(settings, `${account}.json`);
      return verdictOfTwilioAccount(status, body as { status?: string });
    },
  };
  if (messagingServiceSid === null)
    return [
      checkAccount,
      {
        name: 'sender',
        needs: ACCOUNT,
        run: async () => {
          const query = new URLSearchParams({ PhoneNumber: from ?? '' });
          const { status, body } = await ask(
            settings,
            `${account}/IncomingPhoneNumbers.json?${query.toString()}`,
          );
          return verdictOfTwilioFrom(from ?? '', status, lengthOf(body, 'incoming_phone_numbers'));
        },
      },
    ];
  const service = `${messaging}/v1/Services/${messagingServiceSid}`;
  return [
    checkAccount,
    {
      name: 'sender',
      needs: ACCOUNT,
      run: async () => {
        const { status } = await ask(settings, service);
        const pools = [
          ['PhoneNumbers', 'phone_numbers'],
          ['AlphaSenders', 'alpha_senders'],
          ['ShortCodes', 'short_codes'],
        ] as const;
        const answers = await Promise.all(pools.map(([path]) => ask(settings, `${service}/${path}`)));
        const senders = pools.reduce((sum, [, key], at) => sum + lengthOf(answers[at]!.body, key), 0);
        return verdictOfTwilioService(status, senders);
      },
    },
  ];
}

const lengthOf = (body: unknown, key: string): number => {
  const list = (body as Record<string, unknown> | null)?.[key];
  return Array.isArray(list) ? list.length : 0;
};

async function ask(
  { accountSid, authToken }: TwilioSettings,
  url: string,
): Promise<{ status: number; body: unknown }> {
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  const response = await fetch(url, {
    headers: { authorization: `Basic ${credentials}` },
    redirect: 'manual',
    signal: AbortSignal.timeout(CALL_MS),
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}

/** A body without `to` and `text`: a receiver that trusts it has nothing to send. */
const DRY_BODY = JSON.stringify({ type: 'doctor.ping' });

const webhookCheck = (settings: WebhookSettings): Check => ({
  name: 'webhook',
  run: async () => {
    try {
      const signed = await postDry(settings, settings.secret);
      const forged = await postDry(settings, `forged-${randomUUID()}`);
      return verdictOfDryRequests(signed, forged);
    } catch (error) {
      return failed(
        `cannot be reached: ${reasonOf(error)}`,
        fix('SMS_WEBHOOK_URL', 'check the address and the network'),
      );
    }
  },
});

async function postDry({ url }: WebhookSettings, secret: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: signedHeaders(secret, `doctor_${randomUUID()}`, new Date(), DRY_BODY),
    body: DRY_BODY,
    redirect: 'manual',
    signal: AbortSignal.timeout(CALL_MS),
  });
  await response.body?.cancel();
  return response.status;
}

async function sendTest(sender: TwilioSender | WebhookSender, to: string): Promise<Finding> {
  try {
    await sender.send({ id: `doctor_${randomUUID()}`, to, text: TEXT });
    return ok('the provider took it: look at the phone');
  } catch (error) {
    if (!(error instanceof SmsFailure)) throw error;
    return failed(error.message, fix([], 'see the provider’s log of messages'));
  }
}
