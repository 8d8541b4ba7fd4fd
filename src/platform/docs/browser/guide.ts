import { nameOf, succeeded, textAt, type Call, type Operation } from './call.js';

/** One operation of the tour. */
export interface Step extends Operation {
  label: string;
}

const post = (path: string, label: string): Step => ({ method: 'post', path, label });
const get = (path: string, label: string): Step => ({ method: 'get', path, label });

const CODE = post('/auth/send-otp', 'Send a code');
const VERIFY = post('/auth/verify-otp', 'Sign in with the code');
const ROOM = post('/chatroom', 'Create a room');
const SEND = post('/chatroom/{id}/message', 'Send a message');
const REPLY = get('/chatroom/{id}/messages/{mid}', 'Read the reply');
const HISTORY = get('/chatroom/{id}/messages', 'Read the history');
const SUBSCRIBE = post('/subscribe/pro', 'Subscribe');
const SYNC = post('/subscription/sync', 'Check the payment');
const PORTAL = post('/subscription/portal', 'Manage the plan');

/** The tour: three groups of a few steps. */
export const TOUR: { title: string; steps: Step[] }[] = [
  { title: 'Sign in', steps: [CODE, VERIFY] },
  { title: 'Chat', steps: [ROOM, SEND, REPLY, HISTORY] },
  { title: 'Go Pro', steps: [SUBSCRIBE, SYNC, PORTAL] },
];

/** The hint below a response. */
export interface Hint {
  text: string;
  next?: Step;
  link?: { href: string; label: string };
}

/** The hint below a response; null where there is none. */
export function hintAfter(call: Call): Hint | null {
  return succeeded(call) ? (AFTER[nameOf(call)]?.(call.answer) ?? null) : afterProblem(call);
}

const AFTER: Record<string, (answer: unknown) => Hint | null> = {
  [nameOf(CODE)]: afterCode,
  'POST /auth/signup': afterCode,
  [nameOf(VERIFY)]: signedIn,
  'POST /auth/login': signedIn,
  [nameOf(ROOM)]: () => ({ text: 'The room’s id is filled in for every operation of the room.', next: SEND }),
  [nameOf(SEND)]: () => ({ text: 'A worker makes the reply now. Its id is filled in.', next: REPLY }),
  [nameOf(REPLY)]: (answer) =>
    textAt(answer, 'completed_at')
      ? { text: 'This is the whole reply.', next: HISTORY }
      : { text: 'The reply is still being made: press Execute again.' },
  [nameOf(HISTORY)]: () => ({
    text: 'Send until the day’s limit answers 429, or subscribe now.',
    next: SEND,
  }),
  [nameOf(SUBSCRIBE)]: (answer) => ({
    text: 'Pay on the checkout page, come back, and check the payment.',
    ...linkTo(textAt(answer, 'checkout_url'), 'Open the checkout'),
    next: SYNC,
  }),
  [nameOf(SYNC)]: (answer) =>
    textAt(answer, 'tier') === 'pro'
      ? { text: 'You are Pro: no daily limit. The portal shows and cancels the plan.', next: PORTAL }
      : { text: 'Nothing was paid yet: the checkout is open until you pay or leave it.', next: SUBSCRIBE },
  [nameOf(PORTAL)]: (answer) => ({
    text: 'Cancel, resume or pay there.',
    ...linkTo(textAt(answer, 'url'), 'Open the portal'),
  }),
};

function afterCode(answer: unknown): Hint {
  const text = textAt(answer, 'otp')
    ? 'The SMS sandbox shows the code: it is filled in already.'
    : 'The code is on its way to the phone: type it into `otp`.';
  return { text, next: VERIFY };
}

function signedIn(): Hint {
  return { text: 'You are signed in: every request on this page carries the token.', next: ROOM };
}

function afterProblem({ answer }: Call): Hint | null {
  switch (textAt(answer, 'code') ?? '') {
    case 'unauthenticated':
    case 'session_ended':
      return { text: 'This request requires a signed-in user.', next: CODE };
    case 'token_expired':
      return {
        text: 'The access token has expired, and this page has none to refresh it: sign in again.',
        next: CODE,
      };
    case 'step_up_required':
      return {
        text: 'This needs a fresh session: ask for a code here, execute again with it, then come back.',
        next: post('/auth/step-up', 'Step up'),
      };
    case 'daily_limit_reached':
      return { text: 'The day’s messages are used up. Pro has no daily limit.', next: SUBSCRIBE };
    case 'idempotency_key_reused':
      return { text: 'Clear Idempotency-Key, or write one that no other request has had.' };
    case 'already_subscribed':
      return { text: 'You are Pro already.', next: PORTAL };
    default:
      return null;
  }
}

/** @param href shown only if it is the address of a page */
const linkTo = (href: string | null, label: string): Pick<Hint, 'link'> =>
  href !== null && /^https?:\/\//.test(href) ? { link: { href, label } } : {};
