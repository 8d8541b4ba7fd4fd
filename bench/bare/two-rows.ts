import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { newId } from '../../src/platform/crypto/id.js';
import { userOf } from './bare.authentication.js';
import { POOL_MAX } from './bare.send.js';

/** Above every seq of a real send. */
const FIRST_SEQ = 1_000_000;

const INSERT = {
  name: 'two-rows',
  text: `
    insert into messages (id, chatroom_id, user_id, seq, role, content, status, completed_at) values
      ($1, $2, $3, $4, 'user', $5, 'completed', now()), ($6, $2, $3, $4 + 1, 'model', '', 'completed', now())`,
};

/** The floor of every send: one statement stores a message and an empty reply, and nothing else is done. */
export function twoRows(server: FastifyInstance, databaseUrl: string): void {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_MAX });
  const rooms = new Map<string, string>();
  const roomOf = async (userId: string) => {
    const known = rooms.get(userId);
    if (known) return known;
    const { rows } = await pool.query<{ id: string }>('select id from chatrooms where user_id = $1 limit 1', [
      userId,
    ]);
    rooms.set(userId, rows[0]!.id);
    return rows[0]!.id;
  };
  let seq = FIRST_SEQ;
  server.post<{ Body: { content: string } }>('/two-rows', async (request, reply) => {
    const userId = userOf(request);
    const [messageId, replyId, room] = [newId(), newId(), await roomOf(userId)];
    seq += 2;
    await pool.query({ ...INSERT, values: [messageId, room, userId, seq, request.body.content, replyId] });
    return reply.code(202).send({ message: { id: messageId }, reply: { id: replyId } });
  });
}
