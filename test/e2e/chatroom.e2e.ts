import { MAX_ROOMS } from '../../src/chatroom/room-limit.js';
import { deleteAccount, newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { allPages, listOf, newRoom } from '../support/rooms.js';

const UNKNOWN = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';

describe('chatrooms', () => {
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
    it('makes a room with the given fields', async () => {
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
        active_leaf_id: null,
        last_message_at: null,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        updated_at: room.created_at,
      });
    });

    it('makes an unnamed room without a body', async () => {
      const { status, body } = await user.client.post('/chatroom');
      expect(status).toBe(201);
      expect(body).toMatchObject({
        name: 'New chat',
        name_source: 'default',
        system_prompt: null,
        model: null,
      });
    });

    it('accepts title for name, but not both', async () => {
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

    it('allows a tier’s model while the tier lasts', async () => {
      const pro = await newUser(product, { tier: 'pro' });
      expect(await newRoom(pro, { model: 'deep' })).toMatchObject({ model: 'deep' });
      await product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [
        pro.id,
      ]);
      expect((await pro.client.post('/chatroom', { model: 'deep' })).status).toBe(400);
    });
  });

  describe('PATCH /chatroom/:id', () => {
    it('changes the given fields and leaves the rest', async () => {
      const room = await newRoom(user, { name: 'Before', system_prompt: 'Be brief.', model: 'flash' });
      const renamed = await user.client.patch(`/chatroom/${room.id}`, { title: 'After' });
      expect(renamed.status).toBe(200);
      expect(renamed.body).toMatchObject({ name: 'After', system_prompt: 'Be brief.', model: 'flash' });
      const set = await user.client.patch(`/chatroom/${room.id}`, { pinned: true, archived: true });
      expect(set.body).toMatchObject({ name: 'After', pinned: true, archived: true });
      expect(set.body.updated_at > room.updated_at).toBe(true);
    });

    it('fixes a room’s name', async () => {
      const { id } = await newRoom(user);
      const { body } = await user.client.patch(`/chatroom/${id}`, { name: 'Mine' });
      expect(body.name_source).toBe('user');
    });

    it('null clears the prompt and the model', async () => {
      const { id } = await newRoom(user, { system_prompt: 'Be brief.', model: 'flash' });
      const { body } = await user.client.patch(`/chatroom/${id}`, { system_prompt: null, model: null });
      expect(body).toMatchObject({ system_prompt: null, model: null });
    });

    it('without a field returns the room', async () => {
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

  it('foreign rooms, unknown ids and malformed ids answer byte-identically', async () => {
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
        // All at the same microsecond, so that the id decides.
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

    it('a cursor works for its user and list only; unknown parameters are ignored', async () => {
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

  describe('a person has at most 10,000 rooms', () => {
    /** Lets the person have so many rooms more. */
    const leave = (left: number) =>
      product.rows('update room_counts set rooms = $2 where user_id = $1', [user.id, MAX_ROOMS - left]);
    const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
    const rooms = async () =>
      (await product.rows('select from chatrooms where user_id = $1', [user.id])).length;

    it('exactly, also under twenty parallel requests; a deletion frees a place', async () => {
      const { id } = await newRoom(user);
      await leave(3);
      const made = await Promise.all(
        Array.from({ length: 20 }, (_, nth) =>
          user.client.post('/chatroom', {}, nth % 2 ? keyed(`k${nth}`) : {}),
        ),
      );
      const refused = made.filter(({ status }) => status !== 201);
      expect([made.length - refused.length, await rooms()]).toEqual([3, 4]);
      expect(refused.map(({ body }) => body.code)).toContain('room_limit_reached');
      await user.client.delete(`/chatroom/${id}`);
      const again = await Promise.all([user.client.post('/chatroom'), user.client.post('/chatroom')]);
      expect(again.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    });

    it('a replay is still answered, and a refused key is not stored', async () => {
      const first = await user.client.post('/chatroom', {}, keyed('first'));
      await leave(0);
      expect((await user.client.post('/chatroom', {}, keyed('first'))).body.id).toBe(first.body.id);
      expect((await user.client.post('/chatroom', {}, keyed('second'))).status).toBe(409);
      await leave(1);
      const second = await user.client.post('/chatroom', {}, keyed('second'));
      expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
    });

    it('the count equals the rooms under parallel creation and deletion, until the account is deleted', async () => {
      const ids = (await Promise.all(Array.from({ length: 20 }, () => newRoom(user)))).map(({ id }) => id);
      await Promise.all(
        ids.flatMap((id, nth) => [
          nth % 2 ? user.client.delete(`/chatroom/${id}`) : newRoom(user),
          user.client.delete(`/chatroom/${id}`),
        ]),
      );
      const counted = () =>
        product.rows<{ rooms: number }>('select rooms from room_counts where user_id = $1', [user.id]);
      expect(await counted()).toEqual([{ rooms: await rooms() }]);
      expect((await deleteAccount(user)).status).toBe(204);
      expect(await counted()).toEqual([]);
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
