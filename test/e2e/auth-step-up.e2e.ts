import {
  deleteAccount,
  newMobile,
  signIn,
  signUpWithPassword,
  wrong,
  type SignedIn,
} from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { usedToday } from '../support/conversations.js';

const PASSWORD = 'correct horse battery';
const FRESH_SECONDS = 600;

let on: Product;
beforeAll(async () => {
  on = await sharedProduct({ WORKER: 'separate' });
});
afterAll(() => on.close());

/** A user whose session is not fresh any more. */
async function stale(signedIn: Promise<SignedIn>): Promise<SignedIn> {
  const person = await signedIn;
  await on.rows(`update sessions set authenticated_at = now() - interval '11 minutes' where user_id = $1`, [
    person.user.id,
  ]);
  return person;
}
const needsFresh = ({ client }: SignedIn) =>
  client.post('/user/me/mobile-number', { mobile_number: newMobile() });
const stepUp = ({ client }: SignedIn, body?: object) => client.post('/auth/step-up', body);
const codeOf = async (person: SignedIn) => {
  const { status, body } = await stepUp(person);
  expect(status).toBe(202);
  return { otp: body.otp as string, challenge_id: body.challenge_id as string };
};

describe('an irreversible action requires a fresh session', () => {
  it('which a sign-in gives for ten minutes, to the second', async () => {
    const person = await signIn(on);
    const age = (seconds: number) =>
      on.rows(`update sessions set authenticated_at = now() - make_interval(secs => $2) where user_id = $1`, [
        person.user.id,
        seconds,
      ]);
    await age(FRESH_SECONDS - 5);
    expect((await needsFresh(person)).status).toBe(202);
    await age(FRESH_SECONDS);
    const { status, body } = await needsFresh(person);
    expect([status, body.code]).toEqual([403, 'step_up_required']);
  });

  it('which a code to the account’s number gives, once', async () => {
    const person = await stale(signIn(on));
    const code = await codeOf(person);
    expect((await stepUp(person, code)).status).toBe(204);
    expect((await needsFresh(person)).status).toBe(202);
    expect((await stepUp(person, code)).body.code).toBe('otp_invalid');
  });

  it('which the password gives', async () => {
    const person = await stale(signUpWithPassword(on, PASSWORD));
    expect((await stepUp(person, { password: `${PASSWORD}!` })).body.code).toBe('credentials_invalid');
    expect((await needsFresh(person)).body.code).toBe('step_up_required');
    expect((await stepUp(person, { password: PASSWORD })).status).toBe(204);
    expect((await needsFresh(person)).status).toBe(202);
  });

  it('and a step-up refreshes no other session and no other person', async () => {
    const person = await stale(signIn(on));
    const elsewhere = await stale(signIn(on, person.mobileNumber));
    const stranger = await stale(signIn(on));
    const code = await codeOf(person);
    expect((await stepUp(stranger, code)).body.code).toBe('otp_invalid');
    expect((await stepUp(person, code)).status).toBe(204);
    expect((await needsFresh(elsewhere)).body.code).toBe('step_up_required');
  });

  it('wrong codes and passwords count, and the session stays', async () => {
    const person = await stale(signUpWithPassword(on, PASSWORD));
    const { otp, challenge_id } = await codeOf(person);
    const answers = [];
    for (let nth = 0; nth < 6; nth += 1)
      answers.push((await stepUp(person, { otp: wrong(otp), challenge_id })).body.code);
    expect(answers).toEqual([...Array<string>(5).fill('otp_invalid'), 'otp_attempts_exceeded']);
    const guesses = [];
    for (let nth = 0; nth < 6; nth += 1)
      guesses.push((await stepUp(person, { password: 'not this one' })).body.code);
    expect(guesses).toEqual([
      ...Array<string>(5).fill('credentials_invalid'),
      'credentials_attempts_exceeded',
    ]);
    expect((await person.client.get('/user/me')).status).toBe(200);
  });

  it('a code works for its own purpose only', async () => {
    const person = await stale(signIn(on));
    const login = await on.client.post('/auth/send-otp', { mobile_number: person.mobileNumber });
    const { otp, challenge_id } = login.body;
    expect((await stepUp(person, { otp, challenge_id })).body.code).toBe('otp_invalid');
    const code = await codeOf(person);
    const verify = await on.client.post('/auth/verify-otp', { mobile_number: person.mobileNumber, ...code });
    expect(verify.body.code).toBe('otp_invalid');
    expect((await stepUp(person, { ...code, password: 'x'.repeat(8) })).status).toBe(400);
  });
});

describe('a number change', () => {
  const ask = async ({ client }: SignedIn, mobile_number: string) => {
    const { body } = await client.post('/user/me/mobile-number', { mobile_number });
    return { otp: body.otp as string, challenge_id: body.challenge_id as string };
  };
  const confirm = ({ client }: SignedIn, code: object) => client.post('/user/me/mobile-number/confirm', code);

  it('takes effect once the number is verified, and ends every other session', async () => {
    const person = await signIn(on);
    const elsewhere = await signIn(on, person.mobileNumber);
    const number = newMobile();
    const { status, body } = await confirm(person, await ask(person, number));
    expect([status, body.id, body.mobile_number]).toEqual([200, person.user.id, number]);
    expect((await elsewhere.client.get('/user/me')).body.code).toBe('session_ended');
    expect((await person.client.get('/user/me')).status).toBe(200);
    expect((await signIn(on, number)).user.id).toBe(person.user.id);
    // The old number is free and opens no chats.
    expect((await signIn(on, person.mobileNumber)).user.id).not.toBe(person.user.id);
  });

  it('reports a taken number only after the number is verified', async () => {
    const [person, owner] = [await signIn(on), await signIn(on)];
    const free = await person.client.post('/user/me/mobile-number', { mobile_number: newMobile() });
    const taken = await person.client.post('/user/me/mobile-number', { mobile_number: owner.mobileNumber });
    const shape = ({ status, body }: typeof free) => [status, Object.keys(body).toSorted(), body.message];
    expect(shape(taken)).toEqual(shape(free));
    const { otp, challenge_id } = taken.body;
    expect((await confirm(person, { otp: wrong(otp), challenge_id })).body.code).toBe('otp_invalid');
    expect((await confirm(person, { otp, challenge_id })).body.code).toBe('mobile_number_taken');
    expect((await owner.client.get('/user/me')).body.mobile_number).toBe(owner.mobileNumber);
  });

  it('can be confirmed by its requester only, and one of two concurrent requesters gets the number', async () => {
    const [one, two] = [await signIn(on), await signIn(on)];
    const number = newMobile();
    const codes = [await ask(one, number), await ask(two, number)];
    expect((await confirm(two, codes[0]!)).body.code).toBe('otp_invalid');
    const answers = await Promise.all([confirm(one, codes[0]!), confirm(two, codes[1]!)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('keeps the day’s quota usage exactly', async () => {
    const person = await signIn(on);
    const room = (await person.client.post('/chatroom')).body.id as string;
    for (let nth = 0; nth < 5; nth += 1)
      await person.client.post(`/chatroom/${room}/message`, { content: 'hello' });
    await confirm(person, await ask(person, newMobile()));
    expect(await usedToday(person)).toBe(5);
    const { status } = await person.client.post(`/chatroom/${room}/message`, { content: 'hello' });
    expect(status).toBe(429);
  });

  it('and the old number give no second daily limit, however often they are swapped', async () => {
    const [left, taken] = [newMobile(), newMobile()];
    const statuses = [];
    for (let round = 0; round < 3; round += 1) {
      const person = await signIn(on, left);
      const room = (await person.client.post('/chatroom')).body.id as string;
      for (let nth = 0; nth < 5; nth += 1)
        statuses.push((await person.client.post(`/chatroom/${room}/message`, { content: 'hello' })).status);
      await confirm(person, await ask(person, taken));
      expect(await usedToday(person)).toBe(5);
      expect((await deleteAccount(person)).status).toBe(204);
    }
    expect(statuses.filter((status) => status === 202)).toHaveLength(5);
  });

  it('and its reversal charge nothing twice', async () => {
    const person = await signIn(on);
    const room = (await person.client.post('/chatroom')).body.id as string;
    await person.client.post(`/chatroom/${room}/message`, { content: 'hello' });
    for (const number of [newMobile(), person.mobileNumber]) await confirm(person, await ask(person, number));
    expect(await usedToday(person)).toBe(1);
  });
});
