import { seededMobile } from '../scenario/person.js';
import { eventually } from '../../support/eventually.js';
import { addJob, whileChoresFail } from '../../support/jobs.js';
import type { Person } from '../scenario/person.js';
import type { Sequence } from '../scenario/sequence.js';
import { quick, refused, type Journey } from './journey.js';

/** All actions of an operator on one account. */
export const operator: Journey = async (sequence) => {
  const { cast } = sequence;
  const admin = await cast.enrol('basic', 'admin');
  const person = await cast.enrol('pro');
  const id = person.id;
  const ids = { id };
  const reason = 'kanari has asked for it';
  const made = await sequence.step(person, 'createChatroom', { expect: 201 });
  const room = { id: made.body.id as string };
  await sequence.step(person, 'sendMessage', { ids: room, body: { content: quick('hello') }, expect: 202 });
  const sent = await sequence.ask(person, 'sendMessage', {
    ids: room,
    body: { content: refused('fail') },
    headers: { prefer: 'wait=20' },
    expect: [201, 202],
  });
  await sequence.step(admin, 'findUsers', { query: { mobile_number: person.mobile }, expect: 200 });
  await sequence.step(admin, 'getUser', { ids, expect: 200 });
  await sequence.step(admin, 'listReplies', { query: { status: 'failed', user_id: id }, expect: 200 });
  await sequence.step(admin, 'listFeedback', { query: { rating: 'up', user_id: id }, expect: 200 });
  await sequence.step(admin, 'retryFailedReply', { ids: { id: sent.body.reply.id }, expect: [202, 409] });
  await sequence.step(admin, 'listRooms', { query: { user_id: id }, expect: 200 });
  await sequence.step(admin, 'readRoom', { ids: room, expect: 404 });
  await sequence.step(admin, 'openRoom', { ids: room, body: { reason }, expect: 201 });
  await sequence.step(admin, 'readRoom', { ids: room, expect: 200 });
  await sequence.step(admin, 'grantPro', {
    ids,
    body: { until: '2199-01-01T00:00:00Z', reason },
    expect: 200,
  });
  await sequence.step(admin, 'grantPro', { ids, body: { until: null }, expect: 200 });
  await sequence.step(admin, 'reconcileUser', { ids, expect: 200 });
  await sequence.step(admin, 'listSubscriptions', { expect: 200 });
  const events = await sequence.step(admin, 'listWebhookEvents', { expect: 200 });
  const [event] = events.body.data as { id: string }[];
  if (event)
    await sequence.step(admin, 'replayWebhookEvent', { ids: { id: event.id }, expect: [202, 404, 409] });
  await sequence.step(admin, 'listDeliveries', { query: { state: 'failed' }, expect: 200 });
  const deliveries = await sequence.step(admin, 'listDeliveries', { query: { user_id: id }, expect: 200 });
  const [delivery] = deliveries.body.data as { id: string }[];
  if (delivery) await sequence.step(admin, 'replayDelivery', { ids: { id: delivery.id }, expect: 202 });
  await sequence.step(admin, 'replaceNumber', {
    ids,
    body: { mobile_number: seededMobile(cast.random), reason },
    expect: 200,
  });
  await sequence.step(admin, 'revokeSessions', { ids, expect: 204 });
  await sequence.step(person, 'getMe', { expect: 401 });
  await sequence.step(admin, 'banUser', { ids, body: { reason }, expect: 200 });
  await sequence.step(admin, 'unbanUser', { ids, body: { reason }, expect: 200 });
  await sequence.step(admin, 'deleteUser', { ids, body: { reason }, expect: 204 });
  await sequence.step(admin, 'listAudit', { query: { user_id: id }, expect: 200 });
  await queues(sequence, admin);
};

/** The panel's cookie, and the queues: a job that has failed is retried. */
async function queues(sequence: Sequence, admin: Person): Promise<void> {
  const { product } = sequence.cast.target;
  await sequence.step(admin, 'openPanel', { expect: 200 });
  await sequence.step(admin, 'listQueues', { expect: 200 });
  const name = 'maintenance';
  const job = await whileChoresFail(product, async () => {
    const added = await addJob(product, name, 'kanari');
    await eventually(async () => {
      const { body } = await product.client.as(admin.token).get('/admin/api/queues');
      const queue = (body.data as Queue[]).find((one) => one.name === name)!;
      return queue.failed_jobs.some((failed) => failed.id === added);
    });
    return added;
  });
  await sequence.step(admin, 'retryJob', { ids: { name, id: job }, expect: 200 });
  await sequence.step(admin, 'pauseQueue', { ids: { name }, expect: 200 });
  await sequence.step(admin, 'resumeQueue', { ids: { name }, expect: 200 });
}

interface Queue {
  name: string;
  failed_jobs: { id: string }[];
}
