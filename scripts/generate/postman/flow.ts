import { ADMIN } from './admin-flow.js';
import type { Step } from './step.js';

const NUMBER = { mobile_number: '{{mobile_number}}' };
const CODE = { otp: 'otp', challenge_id: 'challenge_id' };
const TOKENS = { access_token: 'access_token', refresh_token: 'refresh_token' };

/**
 * The run, in order, by folder. Routes that are not listed come last in their folder, with the document's example. Codes
 * are read from the response, where the SMS sandbox shows them.
 */
export const FLOW: Step[] = [
  {
    operationId: 'signUp',
    before: [
      '// A number of its own for each run: Indian mobiles have ten digits and begin with 6–9.',
      "const digits = String(Math.floor(Math.random() * 1e9)).padStart(9, '0');",
      "pm.collectionVariables.set('mobile_number', '+919' + digits);",
    ],
    body: { ...NUMBER, name: 'Asha', email: 'asha@example.com', password: '{{password}}' },
    keeps: CODE,
    checks: { 'the SMS sandbox shows the code': 'answer.otp.length === answer.code_length' },
  },
  {
    operationId: 'sendOtp',
    body: { ...NUMBER, challenge_id: '{{challenge_id}}' },
    checks: { 'the same code is sent again': "answer.otp === pm.collectionVariables.get('otp')" },
    keeps: CODE,
  },
  {
    operationId: 'verifyOtp',
    body: { ...NUMBER, otp: '{{otp}}', challenge_id: '{{challenge_id}}' },
    keeps: TOKENS,
    checks: {
      'the account is new and has its profile': 'answer.new_user && answer.profile_applied',
      'it is the number that was proven':
        "answer.user.mobile_number === pm.collectionVariables.get('mobile_number')",
    },
  },
  { operationId: 'forgotPassword', body: NUMBER, keeps: CODE },
  {
    operationId: 'resetPassword',
    body: { ...NUMBER, otp: '{{otp}}', challenge_id: '{{challenge_id}}', new_password: '{{new_password}}' },
  },
  { operationId: 'logIn', body: { ...NUMBER, password: '{{new_password}}' }, keeps: TOKENS },
  {
    operationId: 'refreshTokens',
    body: { refresh_token: '{{refresh_token}}' },
    checks: {
      'the refresh token is a new one':
        "answer.refresh_token !== pm.collectionVariables.get('refresh_token')",
    },
    keeps: TOKENS,
  },
  {
    operationId: 'changePassword',
    body: { current_password: '{{new_password}}', new_password: '{{password}}' },
  },
  {
    operationId: 'stepUp',
    status: 204,
    body: { password: '{{password}}' },
  },
  {
    operationId: 'requestNumberChange',
    before: [
      "pm.collectionVariables.set('new_number', '+919' + String(Math.floor(Math.random() * 1e9)).padStart(9, '0'));",
    ],
    body: { mobile_number: '{{new_number}}' },
    keeps: CODE,
  },
  {
    operationId: 'confirmNumberChange',
    body: { otp: '{{otp}}', challenge_id: '{{challenge_id}}' },
    keeps: { mobile_number: 'mobile_number' },
    checks: {
      'the number is the new one': "answer.mobile_number === pm.collectionVariables.get('new_number')",
    },
  },
  {
    operationId: 'listSessions',
    keeps: { session_id: 'data[0].id' },
    checks: { 'this session is the only one': 'answer.data.length === 1 && answer.data[0].current' },
  },
  { operationId: 'endOtherSessions' },

  {
    operationId: 'getMe',
    checks: { 'it is me': "answer.mobile_number === pm.collectionVariables.get('mobile_number')" },
  },
  {
    operationId: 'updateMe',
    body: { name: 'Asha Rao' },
    checks: { 'the name is changed': "answer.name === 'Asha Rao'" },
  },
  {
    operationId: 'exportMe',
    checks: {
      'it is mine': "answer.account[0].mobile_number === pm.collectionVariables.get('mobile_number')",
    },
  },
  { operationId: 'getUsage', checks: { 'nothing is used yet': 'answer.used_today === 0' } },
  { operationId: 'listModels', checks: { 'one is the default': 'answer.data.some((m) => m.default)' } },

  {
    operationId: 'createChatroom',
    body: { name: 'Physics' },
    keeps: { room_id: 'id' },
    checks: {
      'it is where Location says': "pm.response.headers.get('Location') === '/chatroom/' + answer.id",
    },
  },
  {
    operationId: 'listChatrooms',
    checks: { 'the room is in the list': "answer.data[0].id === pm.collectionVariables.get('room_id')" },
  },
  {
    operationId: 'getChatroom',
    path: { id: '{{room_id}}' },
    checks: { 'it is empty': 'answer.messages.data.length === 0' },
  },
  {
    operationId: 'updateChatroom',
    path: { id: '{{room_id}}' },
    body: { name: 'Physics, every day', pinned: true },
    checks: { 'it is pinned': 'answer.pinned === true' },
  },
  {
    operationId: 'search',
    query: { q: 'every day' },
    checks: { 'the room is found': "answer.data[0].room.id === pm.collectionVariables.get('room_id')" },
  },
  {
    operationId: 'exportChatroom',
    path: { id: '{{room_id}}' },
    query: { format: 'json' },
    checks: { 'it is this room': "answer.room.id === pm.collectionVariables.get('room_id')" },
  },

  {
    operationId: 'sendMessage',
    status: 201,
    path: { id: '{{room_id}}' },
    headers: { Prefer: 'wait=25', 'Idempotency-Key': '{{$guid}}' },
    body: { content: 'Why is the sky blue?' },
    keeps: { message_id: 'message.id', reply_id: 'reply.id' },
    checks: {
      'the model has answered': "answer.reply.status === 'completed' && answer.reply.content.length > 0",
    },
  },
  {
    operationId: 'getMessage',
    path: { id: '{{room_id}}', mid: '{{reply_id}}' },
    headers: { Prefer: 'wait=25' },
    checks: {
      'it answers the message': "answer.in_reply_to === pm.collectionVariables.get('message_id')",
    },
  },
  {
    operationId: 'listMessages',
    path: { id: '{{room_id}}' },
    checks: {
      'message and reply are there, newest first':
        "answer.data.map((m) => m.id).join() === [pm.collectionVariables.get('reply_id'), pm.collectionVariables.get('message_id')].join()",
    },
  },
  {
    operationId: 'streamReply',
    status: 200,
    path: { id: '{{room_id}}', mid: '{{reply_id}}' },
    checks: { 'it ends with the whole message': "pm.response.text().includes('event: done')" },
  },
  {
    operationId: 'stopReply',
    path: { id: '{{room_id}}', mid: '{{reply_id}}' },
    checks: { 'what is final stays as it is': "answer.status === 'completed'" },
  },
  {
    operationId: 'retryReply',
    status: 409,
    path: { id: '{{room_id}}', mid: '{{reply_id}}' },
    checks: { 'only a failed reply can be tried again': "pm.response.json().code === 'not_retriable'" },
  },
  {
    operationId: 'regenerateReply',
    path: { id: '{{room_id}}', mid: '{{reply_id}}' },
    checks: {
      'it is another answer to the same message':
        "answer.message.id === pm.collectionVariables.get('message_id') && answer.reply.id !== pm.collectionVariables.get('reply_id')",
    },
  },

  {
    operationId: 'sendMessageStream',
    path: { id: '{{room_id}}' },
    headers: { 'Idempotency-Key': '{{$guid}}' },
    body: { content: 'And why is the sunset red?' },
    checks: {
      'it begins with what was accepted and ends with the whole reply':
        "pm.response.text().includes('event: accepted') && pm.response.text().includes('event: done')",
    },
  },
  // The previous stream has ended, so nothing is live: 204.
  { operationId: 'streamRoom', path: { id: '{{room_id}}' }, or: [204] },
  {
    operationId: 'editMessage',
    path: { id: '{{room_id}}', mid: '{{message_id}}' },
    headers: { 'Idempotency-Key': '{{$guid}}' },
    body: { content: 'Why is the sky blue at noon?' },
    checks: { 'it is a sibling of the first form': 'answer.message.siblings.count === 2' },
  },
  {
    operationId: 'chooseBranch',
    path: { id: '{{room_id}}' },
    body: { message_id: '{{reply_id}}' },
    checks: {
      'the conversation goes on from there':
        "answer.active_leaf_id === pm.collectionVariables.get('reply_id')",
    },
  },
  {
    operationId: 'giveFeedback',
    path: { id: '{{room_id}}', mid: '{{reply_id}}' },
    body: { rating: 'up', tags: ['clear'] },
    checks: { 'the reply shows it': "answer.feedback.rating === 'up'" },
  },
  { operationId: 'removeFeedback', path: { id: '{{room_id}}', mid: '{{reply_id}}' } },

  {
    operationId: 'subscribeToPro',
    status: 201,
    headers: { 'Idempotency-Key': '{{$guid}}' },
    body: {},
    keeps: { checkout_url: 'checkout_url' },
    checks: { 'it leads to a page to pay on': "answer.checkout_url.startsWith('http')" },
  },
  {
    operationId: 'getSubscriptionStatus',
    checks: { 'no subscription exists yet': "answer.tier === 'basic' && answer.status === 'none'" },
  },
  {
    operationId: 'syncSubscription',
    before: [
      '// The Pay button of the sandbox’s page. With a Stripe of your own, open checkout_url in a browser.',
      "const page = pm.collectionVariables.get('checkout_url');",
      "if (page.includes('/sandbox/stripe/')) pm.sendRequest({ url: page + '/pay', method: 'POST' }, () => undefined);",
    ],
    checks: {
      'what was paid for is there, before any webhook': "answer.tier === 'pro' && answer.status === 'active'",
    },
  },
  {
    operationId: 'openPortal',
    body: {},
    checks: { 'it leads to a page for cards and invoices': "answer.url.startsWith('http')" },
  },
  { operationId: 'listInvoices', checks: { 'it is paid': "answer.data[0].status === 'paid'" } },
  {
    operationId: 'cancelSubscription',
    checks: { 'Pro lasts until the period’s end': "answer.tier === 'pro' && answer.cancel_at_period_end" },
  },
  {
    operationId: 'resumeSubscription',
    checks: { 'it continues': 'answer.cancel_at_period_end === false' },
  },
  {
    operationId: 'takeStripeEvent',
    status: 400,
    body: { id: 'evt_forged', type: 'checkout.session.completed' },
    checks: {
      'an event without a valid signature is refused': "pm.response.json().code === 'signature_invalid'",
    },
  },

  ...ADMIN,

  { operationId: 'getLiveness', checks: { 'it is live': "answer.status === 'live'" } },
  { operationId: 'getReadiness', checks: { 'it is ready': "answer.status === 'ready'" } },

  { operationId: 'advanceSandboxClock', body: { advance_seconds: 0 } },
  {
    operationId: 'scriptSandboxModel',
    body: {
      scripts: [{ match: 'only in a message that holds {{$guid}}', outcome: 'http_error', status: 503 }],
    },
  },
  { operationId: 'setSandboxStripeWebhooks', body: { mode: 'normal' } },
  { operationId: 'releaseSandboxStripeWebhooks', body: {} },
  {
    operationId: 'listSandboxStripeEvents',
    keeps: { stripe_event: 'data[0].id' },
    checks: { 'the payment has its event': "answer.data.some(({ type }) => type === 'invoice.paid')" },
  },
  { operationId: 'listSandboxStripeCalls' },
  {
    operationId: 'scriptSandboxStripe',
    body: { scripts: [{ match: 'GET /v1/nothing', outcome: 'http_error', status: 503 }] },
  },
  { operationId: 'actInSandboxStripe', body: { act: 'resend_event', id: '{{stripe_event}}' } },
  {
    operationId: 'listSandboxSms',
    query: { mobile_number: '{{mobile_number}}' },
    checks: { 'the codes were sent': 'answer.data.length > 0' },
  },
];

/** Requests that delete data come last, in their own folder, because earlier requests need the data. */
export const LAST: Step[] = [
  { operationId: 'deleteChatroom', path: { id: '{{room_id}}' } },
  { operationId: 'endSession', path: { id: '{{session_id}}' } },
  { operationId: 'logOut', body: { refresh_token: '{{refresh_token}}' } },
  {
    operationId: 'deleteMe',
    before: [
      '// Signed in once more: the session has just been ended.',
      "const [mobile_number, password] = ['mobile_number', 'password'].map((name) => pm.collectionVariables.get(name));",
      "const header = { 'Content-Type': 'application/json' };",
      "const body = { mode: 'raw', raw: JSON.stringify({ mobile_number, password }) };",
      "const logIn = { url: pm.variables.replaceIn('{{base_url}}/auth/login'), method: 'POST', header, body };",
      "pm.sendRequest(logIn, (_, answer) => pm.collectionVariables.set('access_token', answer.json().access_token));",
    ],
  },
];
