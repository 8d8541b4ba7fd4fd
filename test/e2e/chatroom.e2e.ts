import { newId } from '../../src/platform/crypto/id.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { allPages, listOf, newRoom } from '../support/rooms.js';
import { suite } from '../support/suites.js';

const UNKNOWN = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';
const key = (value: string) => ({ headers: { 'Idempotency-Key': value } });

suite('chatrooms', () => {
  let product: Product;
  let user: TestUser;
  beforeAll(async () => {
    product = await startProduct({ LLM_MODELS: 'flash|Flash|basic+pro,deep|Deep|pro' });
  });
  afterAll(() => product.close());
  beforeEach(async () => {
    user = await newUser(product);
  });

  describe('POST /chatroom', () => {
    it('makes a room with what is given', async () => {
      const body = { name: '  Kerala  ', system_prompt: 'Be brief.', model: 'flash' };
      const { status, headers, body: room } = await user.client.post('/chatroom', body);
      expect(status).toBe(201);
      expect(headers.get('location')).toBe(`/chatroom/${room.id}`);
      expect(room).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'Kerala',
        name_source: 'user',
        system_prompt: 'Be brief.',
        model: 'flash',
        pinned: false,
        archived: false,
        message_count: 0,
        last_message_at: null,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        updated_at: room.created_at,
      });
    });

    it('makes one without any body, to be named by its first message', async () => {
      const { status, body } = await user.client.post('/chatroom');
      expect(status).toBe(201);
      expect(body).toMatchObject({
        name: 'New chat',
        name_source: 'default',
        system_prompt: null,
        model: null,
      });
    });

    it('takes title for name, but not both', async () => {
      expect(await newRoom(user, { title: 'Old client' })).toMatchObject({ name: 'Old client' });
      const { status, body } = await user.client.post('/chatroom', { title: 'a', name: 'b' });
      expect([status, body.errors[0].code]).toEqual([400, 'alias_conflict']);
    });

    it.each([
      [{ name: '   ' }, 'name', 'too_short'],
      [{ name: 'x'.repeat(121) }, 'name', 'too_long'],
      [{ name: 'a\0b' }, 'name', 'invalid_characters'],
      [{ name: 7 }, 'name', 'invalid_type'],
      [{ name: null }, 'name', 'invalid_type'],
      [{ system_prompt: 'x'.repeat(8001) }, 'system_prompt', 'too_long'],
      [{ model: 'unheard-of' }, 'model', 'not_allowed'],
      [{ model: 'deep' }, 'model', 'not_allowed'],
      [{ pinned: true }, 'pinned', 'unknown_field'],
    ])('refuses %p', async (given, field, code) => {
      const { status, body } = await user.client.post('/chatroom', given);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'validation_failed', errors: [{ field, code }] });
    });

    it('counts lengths in code points', async () => {
      expect((await newRoom(user, { name: '😀'.repeat(120) })).name).toBe('😀'.repeat(120));
    });

    it('opens a model to the tier that has it, until the tier ends', async () => {
      const pro = await newUser(product, { tier: 'pro' });
      expect(await newRoom(pro, { model: 'deep' })).toMatchObject({ model: 'deep' });
      await product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [
        pro.id,
      ]);
      expect((await pro.client.post('/chatroom', { model: 'deep' })).status).toBe(400);
    });
  });

  describe('Idempotency-Key', () => {
    it('gives the same room again, as it is now', async () => {
      const first = await user.client.post('/chatroom', { name: 'Once' }, key('k1'));
      await user.client.patch(`/chatroom/${first.body.id}`, { name: 'Renamed' });
      const again = await user.client.post('/chatroom', { name: 'Once' }, key('"k1"'));
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(again.status).toBe(201);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.headers.get('location')).toBe(`/chatroom/${first.body.id}`);
      expect(again.body).toMatchObject({ id: first.body.id, name: 'Renamed' });
      expect((await listOf(user.client)).ids).toHaveLength(1);
    });

    it('refuses the key of another request', async () => {
      await user.client.post('/chatroom', { name: 'Once' }, key('k2'));
      const { status, body } = await user.client.post('/chatroom', { name: 'Twice' }, key('k2'));
      expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    });

    it('belongs to one user', async () => {
      const stranger = await newUser(product);
      const mine = await user.client.post('/chatroom', {}, key('k3'));
      const theirs = await stranger.client.post('/chatroom', {}, key('k3'));
      expect(theirs.status).toBe(201);
      expect(theirs.body.id).not.toBe(mine.body.id);
    });

    it('sent twenty times at once makes one room', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => user.client.post('/chatroom', { name: 'Once' }, key('k4'))),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
      expect((await listOf(user.client)).ids).toHaveLength(1);
    });

    it('whose request is still running after five seconds is a conflict', async () => {
      const twin = await product.db.connect();
      try {
        await twin.query('begin');
        await twin.query(`insert into idempotency_keys values ($1, 'k5', '\\x00', $2)`, [user.id, UNKNOWN]);
        const { status, body } = await user.client.post('/chatroom', {}, key('k5'));
        expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
      } finally {
        await twin.query('rollback');
        twin.release();
      }
      expect((await user.client.post('/chatroom', {}, key('k5'))).status).toBe(201);
    });

    it('frees from the minute’s limit nobody but a replay', async () => {
      const strict = await startProduct({ RATE_LIMIT_PER_MINUTE: '2', PRO_RATE_LIMIT_PER_MINUTE: '2' });
      const person = await newUser(strict);
      const create = (value: string) => person.client.post('/chatroom', {}, key(value));
      const first = await create('first');
      // A machine under load counts some requests in memory, so not exactly after two.
      const refused = await eventually(
        () => create(newId()),
        ({ status }) => status !== 201,
      );
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      const again = await create('first');
      expect([again.status, again.body.id]).toEqual([201, first.body.id]);
      await strict.close();
    });

    it('is free again after 24 hours', async () => {
      const first = await user.client.post('/chatroom', { name: 'Once' }, key('k6'));
      await product.rows(
        `update idempotency_keys set created_at = created_at - interval '24 hours' where user_id = $1`,
        [user.id],
      );
      const { status, body } = await user.client.post('/chatroom', { name: 'Other' }, key('k6'));
      expect([status, body.id === first.body.id]).toEqual([201, false]);
    });

    it('of a refused request is kept for nothing', async () => {
      expect((await user.client.post('/chatroom', { model: 'deep' }, key('k7'))).status).toBe(400);
      expect((await user.client.post('/chatroom', { model: 'flash' }, key('k7'))).status).toBe(201);
    });

    it('of a room that was deleted since is not found, and makes no other', async () => {
      const { body } = await user.client.post('/chatroom', {}, key('k8'));
      await user.client.delete(`/chatroom/${body.id}`);
      expect((await user.client.post('/chatroom', {}, key('k8'))).status).toBe(404);
    });

    it('that is not visible ASCII is refused', async () => {
      const { status, body } = await user.client.post('/chatroom', {}, key('\t'.repeat(2) + 'a\u00e9'));
      expect([status, body.errors[0].field]).toEqual([400, 'Idempotency-Key']);
    });
  });

  describe('PATCH /chatroom/:id', () => {
    it('changes what is given and leaves the rest', async () => {
      const room = await newRoom(user, { name: 'Before', system_prompt: 'Be brief.', model: 'flash' });
      const renamed = await user.client.patch(`/chatroom/${room.id}`, { title: 'After' });
      expect(renamed.status).toBe(200);
      expect(renamed.body).toMatchObject({ name: 'After', system_prompt: 'Be brief.', model: 'flash' });
      const set = await user.client.patch(`/chatroom/${room.id}`, { pinned: true, archived: true });
      expect(set.body).toMatchObject({ name: 'After', pinned: true, archived: true });
      expect(set.body.updated_at > room.updated_at).toBe(true);
    });

    it('names a room for good', async () => {
      const { id } = await newRoom(user);
      const { body } = await user.client.patch(`/chatroom/${id}`, { name: 'Mine' });
      expect(body.name_source).toBe('user');
    });

    it('null clears the prompt and the model', async () => {
      const { id } = await newRoom(user, { system_prompt: 'Be brief.', model: 'flash' });
      const { body } = await user.client.patch(`/chatroom/${id}`, { system_prompt: null, model: null });
      expect(body).toMatchObject({ system_prompt: null, model: null });
    });

    it('without anything to change shows the room', async () => {
      const room = await newRoom(user);
      expect((await user.client.patch(`/chatroom/${room.id}`, {})).body).toEqual(room);
    });

    it.each([
      [{ name: '' }, 'name', 'too_short'],
      [{ pinned: 'yes' }, 'pinned', 'invalid_type'],
      [{ archived: null }, 'archived', 'invalid_type'],
      [{ model: 'deep' }, 'model', 'not_allowed'],
      [{ colour: 'red' }, 'colour', 'unknown_field'],
    ])('refuses %p', async (given, field, code) => {
      const { id } = await newRoom(user);
      const { status, body } = await user.client.patch(`/chatroom/${id}`, given);
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field, code }]);
    });
  });

  describe('DELETE /chatroom/:id', () => {
    it('deletes the room, once', async () => {
      const { id } = await newRoom(user);
      expect((await user.client.delete(`/chatroom/${id}`)).status).toBe(204);
      expect((await user.client.delete(`/chatroom/${id}`)).status).toBe(404);
      expect((await listOf(user.client)).ids).toEqual([]);
    });
  });

  it('rooms of others, unknown ids and what is no id answer byte-identically', async () => {
    const stranger = await newUser(product);
    const theirs = await newRoom(stranger, { name: 'Private' });
    const answers = await Promise.all(
      [theirs.id, theirs.id.toUpperCase(), UNKNOWN, 'nonsense', '%00', "1'--"].flatMap((id) => [
        user.client.patch(`/chatroom/${id}`, { name: 'Mine' }),
        user.client.patch(`/chatroom/${id}`, {}),
        user.client.delete(`/chatroom/${id}`),
      ]),
    );
    const shapes = answers.map(({ status, body }) =>
      JSON.stringify([status, { ...body, instance: '', request_id: '' }]),
    );
    expect(new Set(shapes).size).toBe(1);
    expect(answers[0]!.status).toBe(404);
    expect((await listOf(stranger.client)).answer.body.data).toMatchObject([{ name: 'Private' }]);
  });

  it('a token whose account was just deleted makes no room', async () => {
    await listOf(user.client);
    await product.rows('delete from users where id = $1', [user.id]);
    const { status, body } = await user.client.post('/chatroom', {});
    expect([status, body.code]).toEqual([401, 'session_ended']);
  });

  describe('GET /chatroom', () => {
    it('pinned rooms first, then by last activity', async () => {
      const [a, b, c] = [await newRoom(user), await newRoom(user), await newRoom(user)];
      await user.client.patch(`/chatroom/${a.id}`, { pinned: true });
      expect((await listOf(user.client)).ids).toEqual([a.id, c.id, b.id]);
      await product.rows('update chatrooms set last_activity_at = now() where id = $1', [b.id]);
      expect((await allPages(user.client, 'limit=2')).map(({ id }) => id)).toEqual([a.id, b.id, c.id]);
    });

    it('leaves archived rooms out, or shows them alone, or all', async () => {
      const [open, shut] = [await newRoom(user), await newRoom(user)];
      await user.client.patch(`/chatroom/${shut.id}`, { archived: true });
      const ids = async (query: string) => (await allPages(user.client, query)).map(({ id }) => id);
      expect(await ids('')).toEqual([open.id]);
      expect(await ids('archived=false')).toEqual([open.id]);
      expect(await ids('archived=true')).toEqual([shut.id]);
      expect(await ids('archived=all')).toEqual([shut.id, open.id]);
      expect(await ids('archived=all&limit=1')).toEqual([shut.id, open.id]);
    });

    it.each(['false', 'all'])(
      'pages show every resting room once while others move (archived=%s)',
      async (archived) => {
        const rooms = await Promise.all(Array.from({ length: 25 }, () => newRoom(user)));
        // All at one moment, down to the microsecond: the id decides.
        await product.rows(
          `update chatrooms set last_activity_at = '2026-01-01T00:00:00.000123Z', archived = $2 and id > $3 where user_id = $1`,
          [user.id, archived === 'all', rooms[12]!.id],
        );
        const moving = rooms.filter((_, i) => i % 5 === 0);
        const move = () =>
          product.rows(
            'update chatrooms set last_activity_at = now(), pinned = not pinned where id = any($1)',
            [moving.map(({ id }) => id)],
          );
        const seen = await allPages(user.client, `limit=3&archived=${archived}`, move);
        const resting = seen.map(({ id }) => id).filter((id) => !moving.some((room) => room.id === id));
        expect(resting).toHaveLength(20);
        expect(new Set(resting).size).toBe(20);
      },
    );

    it.each([
      ['limit=0', 'limit', 'out_of_range'],
      ['limit=101', 'limit', 'out_of_range'],
      ['limit=ten', 'limit', 'invalid_type'],
      ['archived=maybe', 'archived', 'not_allowed'],
      ['cursor=nonsense', 'cursor', 'invalid_cursor'],
    ])('refuses ?%s', async (query, field, code) => {
      const { status, body } = await user.client.get(`/chatroom?${query}`);
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field, code }]);
    });

    it('a cursor is of no use to others or to another list; unknown parameters are ignored', async () => {
      const stranger = await newUser(product);
      await newRoom(user);
      await newRoom(user);
      const { body } = await user.client.get('/chatroom?limit=1&colour=red');
      const cursor: string = body.next_cursor;
      expect((await user.client.get(`/chatroom?limit=1&cursor=${cursor}`)).body.next_cursor).toBeNull();
      expect((await stranger.client.get(`/chatroom?cursor=${cursor}`)).status).toBe(400);
      expect((await user.client.get(`/chatroom?archived=all&cursor=${cursor}`)).status).toBe(400);
    });
  });

  it('needs a token', async () => {
    const anonymous = product.client;
    const answers = await Promise.all([
      anonymous.get('/chatroom'),
      anonymous.post('/chatroom', {}),
      anonymous.patch(`/chatroom/${UNKNOWN}`, {}),
      anonymous.delete(`/chatroom/${UNKNOWN}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  it('no name or prompt reaches the log', async () => {
    await newRoom(user, { name: 'Secret-name-417', system_prompt: 'Secret-prompt-417' });
    await user.client.post('/chatroom', { name: 'Secret-name-417', model: 'unheard-of' });
    expect(product.log).not.toContain('Secret-');
  });
});
