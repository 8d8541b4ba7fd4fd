import type { Step } from './step.js';

/** An id that no account, room or reply has. */
const UNKNOWN_ID = '019a0000-0000-7000-8000-000000000000';

/**
 * Variables that the operator fills in: the user's number, and the targets of irreversible actions. They are empty at
 * first, so that a run of the folder changes nothing: requests with an empty target are refused.
 */
const BY_HAND = {
  customer_number: '',
  customer_new_number: '',
  pro_until: '',
  user_id_to_delete: UNKNOWN_ID,
};

/** Ids found by earlier requests; unknown ids until then. */
const FOUND = {
  user_id: UNKNOWN_ID,
  customer_room_id: UNKNOWN_ID,
  failed_reply_id: UNKNOWN_ID,
  event_id: 'evt_none',
  delivery_id: UNKNOWN_ID,
};

export const ADMIN_VARIABLES: Record<string, string> = { ...BY_HAND, ...FOUND };

const USER = { path: { id: '{{user_id}}' } };
const OF_USER = { query: { user_id: '{{user_id}}' } };
/** A queue whose pause delays no user. */
const QUEUE = { path: { name: 'maintenance' } };
const REASON = { reason: 'Asked for in ticket 4711' };
/** Accepted statuses of an action that requires a fresh session or a variable that is not filled in. */
const [STALE, EMPTY] = [403, 400];

/**
 * The operators' folder. The user of the run is no admin, so every request gets 404. After `npm run admin:grant`, and
 * with `customer_number` filled in, the requests find the user's data and keep the ids for later requests.
 */
const STEPS: Step[] = [
  {
    operationId: 'findUsers',
    query: { mobile_number: '{{customer_number}}' },
    keeps: { user_id: 'data?.[0]?.id' },
  },
  { operationId: 'getUser', ...USER },
  { operationId: 'listReplies', ...OF_USER, keeps: { failed_reply_id: 'data?.[0]?.id' } },
  { operationId: 'retryFailedReply', path: { id: '{{failed_reply_id}}' }, or: [409] },
  { operationId: 'listRooms', ...OF_USER, keeps: { customer_room_id: 'data?.[0]?.id' } },
  { operationId: 'openRoom', path: { id: '{{customer_room_id}}' }, body: REASON, or: [STALE] },
  { operationId: 'readRoom', path: { id: '{{customer_room_id}}' } },
  { operationId: 'listSubscriptions', ...OF_USER },
  { operationId: 'listWebhookEvents', ...OF_USER, keeps: { event_id: 'data?.[0]?.id' } },
  { operationId: 'replayWebhookEvent', path: { id: '{{event_id}}' } },
  { operationId: 'listDeliveries', ...OF_USER, keeps: { delivery_id: 'data?.[0]?.id' } },
  { operationId: 'replayDelivery', path: { id: '{{delivery_id}}' } },
  { operationId: 'listFeedback' },
  { operationId: 'listQueues' },
  { operationId: 'pauseQueue', ...QUEUE, or: [STALE] },
  { operationId: 'resumeQueue', ...QUEUE, or: [STALE] },
  { operationId: 'retryJob', path: { name: 'maintenance', id: 'none' }, or: [409] },
  { operationId: 'showStats' },
  { operationId: 'openPanel' },
  { operationId: 'reconcileUser', ...USER },
  { operationId: 'grantPro', ...USER, body: { until: '{{pro_until}}', ...REASON }, or: [STALE, EMPTY] },
  {
    operationId: 'replaceNumber',
    ...USER,
    body: { mobile_number: '{{customer_new_number}}', ...REASON },
    or: [STALE, EMPTY, 409],
  },
  { operationId: 'banUser', ...USER, body: REASON, or: [STALE, EMPTY] },
  { operationId: 'unbanUser', ...USER, body: REASON },
  { operationId: 'revokeSessions', ...USER, body: REASON },
  { operationId: 'deleteUser', path: { id: '{{user_id_to_delete}}' }, body: REASON, or: [STALE, EMPTY] },
  { operationId: 'listAudit', ...OF_USER },
];

export const ADMIN: Step[] = STEPS.map((step) => ({
  ...step,
  or: [404, ...(step.or ?? [])],
  checks: {
    'it is there, or says nothing but that it is not':
      "pm.response.code !== 404 || pm.response.json().code === 'not_found'",
  },
}));
