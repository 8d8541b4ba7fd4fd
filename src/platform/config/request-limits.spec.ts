import { loadConfig, type Config } from './config.js';

const load = (environment: Record<string, string> = {}): Config =>
  loadConfig(environment, { embeddedSecret: () => 'b7Jq-0Zk3VtYw_9mXcR5sLh2NfPdGa8E' });
const limitsOf = ({ otp, rateLimitPerMinute }: Config) => ({ ...otp.sends, ...rateLimitPerMinute });

const DEFAULTS = {
  perNumberPerHour: 5,
  perNumberPerDay: 10,
  perIpPerHour: 20,
  perPrefixPerHour: 100,
  perDay: 5000,
  basic: 60,
  pro: 300,
};
const NONE = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, null]));
const SMS_WEBHOOK = {
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.chat.dev/send',
  SMS_WEBHOOK_SECRET: 'whsec_Zk3VtYw9mXcR5sLh2NfPdGa8E',
};
const PUBLIC = { SANDBOX_PUBLIC: 'anyone-may-sign-in-as-anyone' };

it.each([
  ['on loopback with the SMS sandbox none', {}, NONE],
  ['by another name of loopback none', { HOST: 'localhost' }, NONE],
  ['beyond loopback the defaults', { HOST: '0.0.0.0', ...PUBLIC }, DEFAULTS],
  ['on loopback with SANDBOX_PUBLIC the defaults', PUBLIC, DEFAULTS],
  ['where codes are really sent the defaults', SMS_WEBHOOK, DEFAULTS],
])('%s apply', (_, environment, expected) => {
  expect(limitsOf(load(environment))).toEqual(expected);
});

it('a limit that the environment sets always applies, also with the value of its default', () => {
  const set = { OTP_SENDS_PER_IP_PER_HOUR: '20', RATE_LIMIT_PER_MINUTE: '7' };
  expect(limitsOf(load(set))).toEqual({ ...NONE, perIpPerHour: 20, basic: 7 });
  expect(limitsOf(load({ ...set, ...SMS_WEBHOOK }))).toEqual({ ...DEFAULTS, basic: 7 });
});

it('the daily message limit always applies', () => {
  expect(load().quota.dailyLimit.basic).toBe(5);
});
