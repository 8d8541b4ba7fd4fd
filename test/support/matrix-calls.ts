import { randomUUID } from 'node:crypto';
import { newMobile, newUser, type TestUser } from './people.js';
import type { Product } from './product.js';
import { newRoom } from './rooms.js';

/** A user with one object of each kind. */
export interface TestScenario {
  product: Product;
  owner: TestUser;
  room: string;
  message: string;
  /** A final reply. */
  reply: string;
}

/** A call of a route that succeeds for the owner. */
export interface MatrixCall {
  succeeds: number;
  /** Objects named by the ids in the path. */
  ids?: (scenario: TestScenario) => Record<string, string>;
  body?: (scenario: TestScenario) => object | Promise<object>;
  /** The query string, where a parameter is required. */
  query?: string;
  /** True if the owner needs a fresh session. */
  fresh?: true;
  /** True if it succeeds for a deleted account: it shows and changes no rows of it. */
  needsNoAccount?: true;
  /** True for routes of admins about other users' objects; `fresh`: only with a fresh session. */
  admin?: 'any' | 'fresh';
  /** Prepares the objects that the admin's call needs. */
  prepare?: (scenario: TestScenario, admin: TestUser) => Promise<unknown>;
  /** Paths of older clients for the same route. Not in OpenAPI. */
  aliases?: string[];
  /** The response is the stream of a reply that never ends here: its first event is enough. */
  firstEvent?: true;
}

const PASSWORD = 'correct horse battery';

const roomId = ({ room }: TestScenario) => ({ id: room });
const messageId = ({ room, message }: TestScenario) => ({ id: room, mid: message });
const replyId = ({ room, reply }: TestScenario) => ({ id: room, mid: reply });
const ownerId = ({ owner }: TestScenario) => ({ id: owner.id });
const eventId = ({ owner }: TestScenario) => ({ id: `evt_${owner.id.replaceAll('-', '')}` });
const newNumber = () => ({ mobile_number: newMobile() });

/** Every route by its operationId. A missing route fails the suite. */
export const MATRIX: Record<string, MatrixCall> = {
  signUp: { succeeds: 202, body: newNumber },
  sendOtp: { succeeds: 202, body: newNumber },
  verifyOtp: { succeeds: 200, body: ({ product }) => codeFor(product, '/auth/send-otp', newNumber()) },
  logIn: {
    succeeds: 200,
    body: async ({ product }) => ({ ...(await signedUp(product)).number, password: PASSWORD }),
  },
  refreshTokens: {
    succeeds: 200,
    body: async ({ product }) => ({ refresh_token: (await signedUp(product)).refreshToken }),
  },
  logOut: { succeeds: 204 },
  forgotPassword: { succeeds: 202, body: newNumber },
  resetPassword: {
    succeeds: 204,
    body: async ({ product }) => ({
      ...(await codeFor(product, '/auth/forgot-password', (await signedUp(product)).number)),
      new_password: `${PASSWORD} staple`,
    }),
  },
  // The first one.
  changePassword: { succeeds: 204, fresh: true, body: () => ({ new_password: `${PASSWORD} staple` }) },
  stepUp: { succeeds: 202 },
  requestNumberChange: { succeeds: 202, fresh: true, body: newNumber },
  // No code was sent in this scenario.
  confirmNumberChange: {
    succeeds: 401,
    fresh: true,
    body: () => ({ otp: '000000', challenge_id: '0'.repeat(32) }),
  },
  listSessions: { succeeds: 200, needsNoAccount: true },
  endOtherSessions: { succeeds: 204, needsNoAccount: true },
  endSession: { succeeds: 204, ids: ({ owner }) => ({ id: owner.sessionId }) },

  getMe: { succeeds: 200 },
  updateMe: { succeeds: 200, body: () => ({ name: 'Asha' }) },
  exportMe: { succeeds: 200, fresh: true },
  deleteMe: { succeeds: 204, fresh: true },
  search: { succeeds: 200, needsNoAccount: true, query: '?q=hello' },
  getUsage: { succeeds: 200, aliases: ['/chatroom/usage'] },
  // The announcement of the deletion closes the stream.
  followEvents: { succeeds: 200, firstEvent: true, needsNoAccount: true },
  listModels: { succeeds: 200, needsNoAccount: true },

  createChatroom: { succeeds: 201, body: () => ({ name: 'Holiday' }) },
  listChatrooms: { succeeds: 200, needsNoAccount: true },
  getChatroom: { succeeds: 200, ids: roomId },
  updateChatroom: { succeeds: 200, ids: roomId, body: () => ({ name: 'Renamed' }) },
  exportChatroom: { succeeds: 200, ids: roomId },
  deleteChatroom: { succeeds: 204, ids: roomId },

  sendMessage: { succeeds: 202, ids: roomId, body: () => ({ content: 'hello' }) },
  sendMessageStream: { succeeds: 200, ids: roomId, body: () => ({ content: 'hello' }), firstEvent: true },
  // The room has no live reply.
  streamRoom: { succeeds: 204, ids: roomId },
  listMessages: { succeeds: 200, ids: roomId },
  getMessage: { succeeds: 200, ids: messageId },
  streamReply: { succeeds: 200, ids: replyId },
  stopReply: { succeeds: 200, ids: replyId },
  // Only a failed reply can be retried; the response reveals nothing.
  retryReply: { succeeds: 409, ids: replyId },
  editMessage: { succeeds: 202, ids: messageId, body: () => ({ content: 'hello again' }) },
  chooseBranch: { succeeds: 200, ids: roomId, body: ({ reply }) => ({ message_id: reply }) },
  regenerateReply: { succeeds: 202, ids: replyId },
  giveFeedback: { succeeds: 200, ids: replyId, body: () => ({ rating: 'up' }) },
  removeFeedback: { succeeds: 204, ids: replyId },

  subscribeToPro: { succeeds: 201, aliases: ['/subscription/pro'] },
  getSubscriptionStatus: { succeeds: 200, aliases: ['/subscribe/status'] },
  syncSubscription: { succeeds: 200 },
  // No user of this scenario has paid; the response reveals nothing.
  cancelSubscription: { succeeds: 409 },
  resumeSubscription: { succeeds: 409 },
  openPortal: { succeeds: 409 },
  listInvoices: { succeeds: 200, needsNoAccount: true },
  showSubscribed: { succeeds: 200 },
  showNotSubscribed: { succeeds: 200 },
  // An unsigned event is refused, with and without a token.
  takeStripeEvent: { succeeds: 400, body: () => ({ id: 'evt_1' }) },

  findUsers: { succeeds: 200, admin: 'any' },
  getUser: { succeeds: 200, admin: 'any', ids: ownerId },
  banUser: { succeeds: 200, admin: 'fresh', ids: ownerId },
  unbanUser: { succeeds: 200, admin: 'any', ids: ownerId },
  grantPro: { succeeds: 200, admin: 'fresh', ids: ownerId, body: () => ({ until: '2199-01-01T00:00:00Z' }) },
  replaceNumber: { succeeds: 200, admin: 'fresh', ids: ownerId, body: newNumber },
  revokeSessions: { succeeds: 204, admin: 'any', ids: ownerId },
  deleteUser: { succeeds: 204, admin: 'fresh', ids: ownerId },
  reconcileUser: { succeeds: 200, admin: 'any', ids: ownerId },
  listReplies: { succeeds: 200, admin: 'any' },
  retryFailedReply: {
    succeeds: 202,
    admin: 'any',
    ids: ({ reply }) => ({ id: reply }),
    prepare: ({ product, reply }) =>
      product.rows(`update messages set status = 'failed', finish_reason = 'error' where id = $1`, [reply]),
  },
  listFeedback: { succeeds: 200, admin: 'any' },
  listDeliveries: { succeeds: 200, admin: 'any' },
  replayDelivery: {
    succeeds: 202,
    admin: 'any',
    ids: ({ message }) => ({ id: message }),
    // The event is about no account: the row has an id only.
    prepare: ({ product, message }) =>
      product.rows(
        `insert into outgoing_events (id, type, data, next_try_at, give_up_at, created_at)
         values ($1, 'reply.completed', '{}', now(), now(), now()) on conflict do nothing`,
        [message],
      ),
  },
  listSubscriptions: { succeeds: 200, admin: 'any' },
  listWebhookEvents: { succeeds: 200, admin: 'any' },
  replayWebhookEvent: {
    succeeds: 202,
    admin: 'any',
    ids: eventId,
    prepare: (scenario) =>
      scenario.product.rows(
        `insert into webhook_events (id, type, created_at, received_at) values ($1, 'invoice.paid', now(), now())
         on conflict do nothing`,
        [eventId(scenario).id],
      ),
  },
  listRooms: { succeeds: 200, admin: 'any' },
  openRoom: { succeeds: 201, admin: 'fresh', ids: roomId, body: () => ({ reason: 'Its owner has asked.' }) },
  readRoom: {
    succeeds: 200,
    admin: 'any',
    ids: roomId,
    prepare: ({ product, room, owner }, admin) =>
      product.rows(
        `insert into room_accesses (id, admin_id, chatroom_id, owner_id, reason, created_at, expires_at)
         values (gen_random_uuid(), $1, $2, $3, 'Its owner has asked.', now(), now() + interval '1 minute')`,
        [admin.id, room, owner.id],
      ),
  },
  listAudit: { succeeds: 200, admin: 'any' },
  showStats: { succeeds: 200, admin: 'any' },
  openPanel: { succeeds: 200, admin: 'any' },
  listQueues: { succeeds: 200, admin: 'any' },
  pauseQueue: { succeeds: 200, admin: 'fresh', ids: () => ({ name: 'sms' }) },
  resumeQueue: { succeeds: 200, admin: 'fresh', ids: () => ({ name: 'sms' }) },
  // No job has failed here.
  retryJob: { succeeds: 404, admin: 'any', ids: () => ({ name: 'sms', id: 'none' }) },

  getLiveness: { succeeds: 200 },
  getReadiness: { succeeds: 200 },

  advanceSandboxClock: { succeeds: 200, body: () => ({ advance_seconds: 0 }) },
  scriptSandboxModel: { succeeds: 200, body: () => ({ scripts: [{ match: randomUUID(), chunks: ['x'] }] }) },
  listSandboxSms: { succeeds: 200 },
  setSandboxStripeWebhooks: { succeeds: 200, body: () => ({}) },
  releaseSandboxStripeWebhooks: { succeeds: 200, body: () => ({}) },
  listSandboxStripeEvents: { succeeds: 200 },
  listSandboxStripeCalls: { succeeds: 200 },
  scriptSandboxStripe: {
    succeeds: 200,
    body: () => ({ scripts: [{ match: `GET /${randomUUID()}`, outcome: 'slow' }] }),
  },
  // No event exists that could be replayed.
  actInSandboxStripe: { succeeds: 400, body: () => ({ act: 'resend_event', id: 'evt_none' }) },
};

/** Creates a user with a room and a message in it. */
export async function newScenario(product: Product, role: 'user' | 'admin' = 'user'): Promise<TestScenario> {
  const owner = await newUser(product, { role });
  const room = (await newRoom(owner)).id;
  const { body } = await owner.client.post(`/chatroom/${room}/message`, { content: 'hello' });
  const [message, reply] = [body.message.id as string, body.reply.id as string];
  // Without a worker a stopped reply is final at once.
  await owner.client.post(`/chatroom/${room}/messages/${reply}/stop`);
  return { product, owner, room, message, reply };
}

const TABLES = ['users', 'sessions', 'chatrooms', 'messages', 'checkout_sessions', 'subscriptions'];
const BELONGINGS = TABLES.map(
  (table) =>
    `(select json_agg(t order by id) from ${table} t where ${table === 'users' ? 'id' : 'user_id'} = $1) as ${table}`,
).join(', ');

/** All rows of a user, as stored in the database. */
export async function belongingsOf({ product, owner }: TestScenario): Promise<unknown> {
  return product.rows(`select ${BELONGINGS}`, [owner.id]);
}

async function codeFor(product: Product, path: string, number: { mobile_number: string }) {
  const { body } = await product.client.post(path, number);
  return { ...number, otp: body.otp as string, challenge_id: body.challenge_id as string };
}

async function signedUp(product: Product) {
  const number = newNumber();
  const sent = await product.client.post('/auth/signup', { ...number, password: PASSWORD });
  const { otp, challenge_id } = sent.body;
  const { body } = await product.client.post('/auth/verify-otp', { ...number, otp, challenge_id });
  return { number, refreshToken: body.refresh_token as string };
}
