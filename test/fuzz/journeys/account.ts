import { Person, seededMobile } from '../scenario/person.js';
import type { Sequence } from '../scenario/sequence.js';
import { JourneyEnds } from '../scenario/sequence.js';
import type { Journey } from './journey.js';

const PASSWORD = 'kanari battery staple';
const OTHER_PASSWORD = 'kanari battery horse';

/** Sign-up, every way of signing in, a change of the number, and the end of the account. */
export const account: Journey = async (sequence) => {
  const mobile_number = seededMobile(sequence.cast.random);
  const profile = { mobile_number, password: PASSWORD, name: 'kanari', email: 'kanari@example.com' };
  const person = await signIn(sequence, 'signUp', profile);
  await sequence.step(person, 'getMe', { expect: 200 });
  await sequence.step(person, 'updateMe', { body: { name: 'kanari again', email: null }, expect: 200 });
  const second = await sequence.step(null, 'logIn', {
    body: { mobile_number, password: PASSWORD },
    expect: 200,
  });
  await sequence.step(null, 'refreshTokens', {
    body: { refresh_token: second.body.refresh_token },
    expect: 200,
  });
  await sequence.step(null, 'logIn', { body: { mobile_number, password: 'kanari wrong' }, expect: 401 });
  const sessions = await sequence.step(person, 'listSessions', { expect: 200 });
  const { id } = (sessions.body.data as { id: string; current: boolean }[]).find(({ current }) => !current)!;
  await sequence.step(person, 'endSession', { ids: { id }, expect: 204 });
  await sequence.step(null, 'getMe', { token: second.body.access_token as string, expect: 401 });
  await stepUp(sequence, person);
  await changeNumber(sequence, person);
  await sequence.step(person, 'changePassword', {
    body: { current_password: PASSWORD, new_password: OTHER_PASSWORD },
    expect: 204,
  });
  await sequence.step(person, 'endOtherSessions', { expect: 204 });
  await sequence.step(person, 'exportMe', { expect: 200 });
  await sequence.step(person, 'deleteMe', { expect: 204 });
  await sequence.step(person, 'getMe', { expect: 401 });
};

/** A forgotten password, a logout, and a code that was sent twice. */
export const forgotten: Journey = async (sequence) => {
  const mobile_number = seededMobile(sequence.cast.random);
  const person = await signIn(sequence, 'sendOtp', { mobile_number });
  await sequence.step(person, 'changePassword', { body: { new_password: PASSWORD }, expect: 204 });
  const sent = await sequence.step(null, 'forgotPassword', { body: { mobile_number }, expect: 202 });
  const code = {
    mobile_number,
    otp: sent.body.otp as string,
    challenge_id: sent.body.challenge_id as string,
  };
  await sequence.step(null, 'verifyOtp', { body: code, expect: 401 });
  await sequence.step(null, 'resetPassword', {
    body: { ...code, new_password: OTHER_PASSWORD },
    expect: 204,
  });
  await sequence.step(person, 'getMe', { expect: 401 });
  const again = await sequence.step(null, 'logIn', {
    body: { mobile_number, password: OTHER_PASSWORD },
    expect: 200,
  });
  await sequence.step(null, 'logOut', { body: { refresh_token: again.body.refresh_token }, expect: 204 });
  await sequence.step(null, 'refreshTokens', {
    body: { refresh_token: again.body.refresh_token },
    expect: 401,
  });
};

async function signIn(
  sequence: Sequence,
  operation: string,
  body: { mobile_number: string },
): Promise<Person> {
  const { mobile_number } = body;
  const sent = await sequence.step(null, operation, { body, expect: 202 });
  const { otp, challenge_id } = sent.body as { otp?: string; challenge_id: string };
  // Only callers of this machine see the code; a request through a proxy counts as none.
  if (otp === undefined) throw new JourneyEnds();
  const resent = await sequence.step(null, 'sendOtp', { body: { mobile_number, challenge_id }, expect: 202 });
  await sequence.step(null, 'listSandboxSms', { query: { mobile_number }, expect: 200 });
  const code = {
    mobile_number,
    otp,
    challenge_id: operation === 'sendOtp' ? resent.body.challenge_id : challenge_id,
  };
  const { body: tokens } = await sequence.step(null, 'verifyOtp', { body: code, expect: 200 });
  const person = new Person(
    tokens.user.id as string,
    '',
    mobile_number,
    tokens.access_token as string,
    false,
  );
  person.refreshToken = tokens.refresh_token as string;
  return person;
}

async function stepUp(sequence: Sequence, person: Person): Promise<void> {
  const { body } = await sequence.step(person, 'stepUp', { body: {}, expect: 202 });
  const { otp, challenge_id } = body as Record<string, string>;
  await sequence.step(person, 'stepUp', { body: { otp, challenge_id }, expect: 204 });
  await sequence.step(person, 'stepUp', { body: { password: PASSWORD }, expect: 204 });
}

async function changeNumber(sequence: Sequence, person: Person): Promise<void> {
  const mobile_number = seededMobile(sequence.cast.random);
  const { body } = await sequence.step(person, 'requestNumberChange', {
    body: { mobile_number },
    expect: 202,
  });
  const { otp, challenge_id } = body as Record<string, string>;
  await sequence.step(person, 'confirmNumberChange', { body: { otp, challenge_id }, expect: 200 });
  person.mobile = mobile_number;
}
