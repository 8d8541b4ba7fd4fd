import fc from 'fast-check';
import { expectAnswersPaid, expectOneLine, messagesOf, newestBelow } from '../support/branches.js';
import type { Answer, Client } from '../support/client.js';
import { script, usedToday } from '../support/conversations.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, newRoom, sharedTwin } from '../support/rooms.js';

const REFUSED = 'the model refuses this';
/** Failures that give their unit back: a user has ten a day. */
const REFUNDS = 10;
const KINDS = ['send', 'edit', 'regenerate', 'choose', 'retry', 'fail', 'fail-edit', 'delete'] as const;

/** `pick` selects the message. */
interface Action {
  kind: (typeof KINDS)[number];
  pick: number;
}

let product: Product;
let twin: Product;
beforeAll(async () => {
  product = await sharedProduct();
  twin = await sharedTwin(product);
  await script(product, { match: REFUSED, times: 10_000, outcome: 'http_error', status: 400 });
});
afterAll(async () => {
  await Promise.all([product.close(), twin.close()]);
});

/** A conversation on two devices. */
class Conversation {
  private texts = 0;
  /** Units of replies whose rooms are deleted. */
  private deleted = 0;

  private constructor(
    readonly user: TestUser,
    private readonly devices: Client[],
    public room: string,
  ) {}

  static async begin(): Promise<Conversation> {
    const user = await newUser(product, { tier: 'pro' });
    return new Conversation(user, [user.client, at(twin, user)], (await newRoom(user)).id);
  }

  /** Carries out one action, or two at once, and checks what must be true in every state. */
  async step(actions: readonly Action[]): Promise<void> {
    if (actions.some(({ kind }) => kind === 'delete')) return this.deleteRoom();
    const all = await messagesOf(this.user.client, this.room);
    const answers = await Promise.all(
      actions.map(({ kind, pick }, device) => this.act(this.devices[device]!, kind, all[pick % all.length])),
    );
    for (const { status, text } of answers.filter((answer) => answer !== null))
      if (status >= 400 && status !== 404 && status !== 409) throw new Error(`${status} ${text}`);
    await expectOneLine(this.user.client, this.room);
    await expectAnswersPaid(product, this.user.id, this.deleted);
    const [{ kind, pick }, second] = actions as [Action, Action?];
    if (kind === 'choose' && !second && all.length > 0)
      expect(answers[0]!.body.active_leaf_id).toBe(newestBelow(all, all[pick % all.length]!.id));
  }

  private async deleteRoom(): Promise<void> {
    await this.user.client.delete(`/chatroom/${this.room}`);
    this.deleted = await usedToday(this.user);
    this.room = (await newRoom(this.user)).id;
  }

  /** null: there is no message that the action could be about. */
  private async act(
    client: Client,
    kind: Action['kind'],
    message: { id: string; role: string } | undefined,
  ): Promise<Answer | null> {
    const room = `/chatroom/${this.room}`;
    const headers = { prefer: 'wait=60' };
    const content = `${kind.startsWith('fail') ? REFUSED : 'text'} ${(this.texts += 1)}`;
    if (kind === 'send' || kind === 'fail' || !message)
      return client.post(`${room}/message`, { content }, { headers });
    if (kind === 'choose') return client.put(`${room}/active`, { message_id: message.id });
    const isEdit = kind.endsWith('edit');
    if (isEdit !== (message.role === 'user')) return null;
    const path = `${room}/messages/${message.id}/${isEdit ? 'edit' : kind}`;
    return client.post(path, isEdit ? { content } : {}, { headers });
  }
}

const action = fc.record({
  kind: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...KINDS.filter((kind) => kind !== 'delete')) },
    { weight: 1, arbitrary: fc.constant('delete' as const) },
  ),
  pick: fc.nat(1_000),
});
const steps = fc
  .array(fc.array(action, { minLength: 1, maxLength: 2 }), { minLength: 4, maxLength: 12 })
  .filter((all) => all.flat().filter(({ kind }) => /fail|retry/.test(kind)).length <= REFUNDS);

it('after any order of actions on two devices the path is one line, and each answered message costs one', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const conversation = await Conversation.begin();
      for (const step of all) await conversation.step(step);
      await conversation.user.client.delete(`/chatroom/${conversation.room}`);
      const left = await product.rows(
        `select b.branch from message_branches b left join chatrooms r on r.id = b.chatroom_id
         where r.id is null or r.user_id = $1`,
        [conversation.user.id],
      );
      expect(left).toEqual([]);
    }),
    { numRuns: 8 },
  );
});
