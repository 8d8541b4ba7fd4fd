import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { askCode, newMobile, newUser, signIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

let on: Product;
afterAll(() => on.close());

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const sendFrom = (address: string, mobile_number: string, path = '/auth/send-otp') =>
  on.client.post(path, { mobile_number }, from(address));
/** Networks of as many blocks. */
const networks = (count: number, nth = 0) =>
  Array.from({ length: count }, (_, n) => `198.51.${n}.${nth + 1}`);
/** One product for the tests of a group: each starts a new day, or resets the counts. */
const startOnce = (environment: Record<string, string>) =>
  beforeAll(async () => {
    await on?.close();
    on = await startProduct({ TRUST_PROXY: '127.0.0.1', ...environment });
  });

/** To how many of these numbers a code was sent, when all that was to be sent has been. */
async function sentTo(numbers: string[], expected: number): Promise<number> {
  const [known, last] = [await newUser(on), '192.0.2.99'];
  const inbox = (wanted: string[]) =>
    on.rows('select from sandbox_sms where mobile_number = any ($1)', [wanted]).then(({ length }) => length);
  expect((await sendFrom(last, known.mobileNumber)).status).toBe(202);
  await eventually(async () => (await inbox([known.mobileNumber])) === 1);
  await eventually(async () => (await inbox(numbers)) >= expected);
  return inbox(numbers);
}

/** The parts of a response that a stranger sees: all except ids, codes and times. */
function bare({ status, headers, body }: Answer): string {
  const own = ['x-request-id', 'date', 'keep-alive', 'content-length'];
  const shown = [...headers].filter(([name]) => !own.includes(name) && name !== 'retry-after');
  const { challenge_id = '', otp = '', ...rest } = body as Record<string, string>;
  const waits = Math.ceil(Number(headers.get('retry-after')) / 600);
  return JSON.stringify([status, shown, waits, challenge_id.length, otp.length, { ...rest, request_id: '' }]);
}

/** Deletes the counts that all strangers share, so that the next one has the same conditions. */
const startAgain = () => on.rows(`delete from limit_counters where scope like 'send:%'`);

describe('past a send ceiling', () => {
  startOnce({
    OTP_SENDS_PER_DAY: '10',
    OTP_SENDS_PER_PREFIX_PER_HOUR: '2',
    OTP_SENDS_PER_NUMBER_PER_HOUR: '20',
    OTP_SENDS_PER_NUMBER_PER_DAY: '20',
  });
  beforeEach(() => on.advanceClock(DAY + 1));

  it('the log has one alarm a window, with what to do and without a number', async () => {
    const numbers = Array.from({ length: 13 }, newMobile);
    const useUp = () => Promise.all(numbers.map((number, nth) => sendFrom(networks(13)[nth]!, number)));
    const alarms = () => on.log.split('\n').filter((line) => line.includes('"context":"SmsCeiling"'));
    await useUp();
    await eventually(() => alarms().length > 0);
    expect((await sendFrom('203.0.113.7', newMobile())).status).toBe(202);
    expect(alarms()).toEqual([expect.stringContaining('OTP_SENDS_PER_DAY (10) is reached')]);
    expect(alarms()[0]).toContain('"level":"error"');
    expect(alarms()[0]).toContain('raise the variable');
    for (const number of numbers) expect(on.log).not.toContain(number.slice(1, -4));
    await on.advanceClock(DAY + 1);
    await useUp();
    await eventually(() => alarms().length === 2);
  });

  it('of the prefix an unknown number gets the usual answer and no SMS, and a known number gets its code', async () => {
    const known = await newUser(on);
    const block = known.mobileNumber.slice(0, -4);
    const strange = ['0001', '0002', '0003', '0004', '0005']
      .map((end) => block + end)
      .filter((number) => number !== known.mobileNumber);
    const answers = [];
    for (const [nth, number] of strange.entries())
      answers.push(await sendFrom(networks(9)[nth]!, number, nth % 2 ? '/auth/signup' : '/auth/send-otp'));
    expect(new Set(answers.map(bare))).toEqual(new Set([bare(answers[0]!)]));
    expect(answers[0]!.status).toBe(202);
    expect(await sentTo(strange, 2)).toBe(2);
    expect((await sendFrom('192.0.2.1', known.mobileNumber)).status).toBe(202);
    expect(await sentTo([known.mobileNumber], 1)).toBe(1);
    await on.advanceClock(HOUR + 1);
    expect((await sendFrom('192.0.2.2', strange.at(-1)!)).status).toBe(202);
    expect(await sentTo(strange, 3)).toBe(3);
  });

  it('of the day a network without sends today still signs up, until the whole day is used', async () => {
    const greedy = Array.from({ length: 12 }, newMobile);
    for (const number of greedy) expect((await sendFrom('203.0.113.7', number)).status).toBe(202);
    // One first send of a network, and half of the day.
    expect(await sentTo(greedy, 6)).toBe(6);
    const people = Array.from({ length: 6 }, newMobile);
    for (const [nth, number] of people.entries())
      expect((await sendFrom(networks(6)[nth]!, number)).status).toBe(202);
    expect(await sentTo(people, 4)).toBe(4);
    const { mobileNumber: known } = await newUser(on);
    expect((await sendFrom('203.0.113.7', known)).status).toBe(202);
    expect(await sentTo([known], 1)).toBe(1);
  });

  it('the sandbox shows an unsent code like any other, and it works', async () => {
    for (const network of networks(10)) await sendFrom(network, newMobile());
    const code = await askCode(on);
    expect(await sentTo([code.mobile_number], 0)).toBe(0);
    expect((await on.client.post('/auth/verify-otp', code)).status).toBe(200);
  });

  it('a reset for an unknown number sends nothing and takes nothing of the day', async () => {
    await sendFrom('203.0.113.7', newMobile(), '/auth/forgot-password');
    expect(await on.rows(`select hits from limit_counters where scope = 'send:all:day'`)).toEqual([
      { hits: 0 },
    ]);
  });

  it('holds under any concurrency', async () => {
    const numbers = Array.from({ length: 60 }, newMobile);
    await Promise.all(numbers.map((number, nth) => sendFrom(networks(60)[nth % 40]!, number)));
    expect(await sentTo(numbers, 10)).toBe(10);
    const [all] = await on.rows(`select hits from limit_counters where scope = 'send:all:day'`);
    expect(all).toEqual({ hits: 10 });
  });

  it('a send runs the same statements for a number with an account as for one without', async () => {
    const known = await newUser(on);
    const rowsOf = async (mobile: string) => {
      await startAgain();
      for (const network of networks(8)) await sendFrom(network, mobile);
      return on.rows(`select scope, count(*)::int from limit_counters group by scope order by scope`);
    };
    const rows = await rowsOf(known.mobileNumber);
    expect(rows.length).toBeGreaterThan(7);
    expect(await rowsOf(newMobile())).toEqual(rows);
  });
});

describe('with small limits', () => {
  startOnce({
    OTP_SENDS_PER_NUMBER_PER_HOUR: '3',
    OTP_SENDS_PER_NUMBER_PER_DAY: '5',
    OTP_SENDS_PER_IP_PER_HOUR: '4',
    OTP_SENDS_PER_PREFIX_PER_HOUR: '6',
    OTP_SENDS_PER_DAY: '6',
  });
  beforeEach(() => startAgain());

  describe('a stranger', () => {
    /** Requests codes from several networks, over hours, beyond every limit; returns all visible parts of the responses. */
    async function ask(mobile: string, path: string): Promise<string[]> {
      await startAgain();
      const seen: string[] = [];
      for (const hour of [0, 1, 2]) {
        for (const address of networks(3, hour))
          for (const _ of [1, 2]) seen.push(bare(await sendFrom(address, mobile, path)));
        await on.rows(
          `update limit_counters set window_ends_at = now() - interval '1 second' where scope like '%:hour'`,
        );
      }
      return seen;
    }

    it.each(['/auth/send-otp', '/auth/signup', '/auth/forgot-password'])(
      'cannot tell by %s, at any count, whether a number has an account',
      async (path) => {
        const known = await signIn(on);
        await on.client.post('/auth/send-otp', { mobile_number: known.mobileNumber });
        // The same length, and the same block.
        const unknown = newMobile();
        const [seen, expected] = [await ask(known.mobileNumber, path), await ask(unknown, path)];
        expect(seen).toEqual(expected);
        expect(new Set(seen).size).toBeGreaterThan(2);
      },
    );

    it('is refused equally for a number that just signed up and for a number without an account', async () => {
      const sends = async (mobile: string) => {
        const statuses = [];
        for (const address of networks(4)) statuses.push((await sendFrom(address, mobile)).status);
        return statuses;
      };
      const { mobileNumber } = await signIn(on);
      expect(await sends(mobileNumber)).toEqual([202, 202, 202, 429]);
      expect(await sends(newMobile())).toEqual([202, 202, 202, 429]);
    });
  });

  describe('networks that a person has signed in from', () => {
    const HOME = '203.0.113.7';
    const codeFrom = async (address: string, mobile_number: string) => {
      const { body } = await sendFrom(address, mobile_number);
      // Behind a proxy no answer shows the code; the inbox has it.
      const text = await eventually(async () => {
        const [sms] = await on.rows<{ text: string }>(
          'select text from sandbox_sms where mobile_number = $1 order by created_at desc, id desc limit 1',
          [mobile_number],
        );
        return sms?.text;
      });
      return { mobile_number, challenge_id: body.challenge_id as string, otp: /\d{6}/.exec(text!)![0] };
    };
    const signInFrom = async (address: string, mobile = newMobile()) => {
      const code = await codeFrom(address, mobile);
      const { body, status } = await on.client.post('/auth/verify-otp', code, from(address));
      expect(status).toBe(200);
      return { mobile, body };
    };
    /** Uses up all that strangers have, from several addresses. */
    async function closeToStrangers(mobile: string): Promise<void> {
      for (const address of networks(4))
        for (let last = 202; last !== 429;) last = (await sendFrom(address, mobile)).status;
    }

    it('keep their codes under an attack: strangers cannot lock the person out', async () => {
      const { mobile } = await signInFrom(HOME);
      await closeToStrangers(mobile);
      expect((await sendFrom('192.0.2.1', mobile)).status).toBe(429);
      for (const _ of [1, 2]) expect((await sendFrom(HOME, mobile)).status).toBe(202);
      // Not the neighbours: of IPv4 an address, of IPv6 a /64.
      expect((await sendFrom('203.0.113.8', mobile)).status).toBe(429);
    });

    it('have an hourly limit of their own', async () => {
      const { mobile } = await signInFrom(HOME);
      const statuses = [];
      for (let nth = 0; nth < 3; nth += 1) statuses.push((await sendFrom(HOME, mobile)).status);
      // The network of its sign-in is one of them.
      expect(statuses).toEqual([202, 202, 429]);
      expect((await sendFrom('192.0.2.1', mobile)).status).toBe(202);
    });

    it('are learned from sign-ins by code and password, and from refreshes', async () => {
      const password = 'correct horse battery';
      const { mobile, body } = await signInFrom(HOME);
      const client = on.client.as(body.access_token);
      expect((await client.post('/auth/change-password', { new_password: password })).status).toBe(204);
      await on.client.post('/auth/refresh', { refresh_token: body.refresh_token }, from('2001:db8:1:2::1'));
      await on.client.post('/auth/login', { mobile_number: mobile, password }, from('192.0.2.7'));
      await closeToStrangers(mobile);
      for (const home of ['2001:db8:1:2:ffff::9', '192.0.2.7'])
        expect((await sendFrom(home, mobile)).status).toBe(202);
      expect((await sendFrom('2001:db8:1:3::1', mobile)).status).toBe(429);
    });

    it('are forgotten after 90 days, above sixteen, with a number change and with the account', async () => {
      const { mobile, body } = await signInFrom(HOME);
      const kept = () =>
        on.rows('select network_hash from sign_in_networks where user_id = $1', [body.user.id]);
      expect(await kept()).toHaveLength(1);
      let token = body.refresh_token as string;
      for (const address of networks(20)) {
        const refreshed = await on.client.post('/auth/refresh', { refresh_token: token }, from(address));
        token = refreshed.body.refresh_token;
      }
      expect(await kept()).toHaveLength(16);
      await on.rows(`update sign_in_networks set last_seen_at = now() - interval '91 days'`);
      await closeToStrangers(mobile);
      expect((await sendFrom(networks(20)[19]!, mobile)).status).toBe(429);
      const { body: after } = await on.client.post('/auth/refresh', { refresh_token: token });
      const client = on.client.as(after.access_token);
      expect((await client.get('/user/me/export')).body.sign_in_networks).toHaveLength(16);
      expect((await client.delete('/user/me')).status).toBe(204);
      expect(await kept()).toEqual([]);
    });
  });
});
