import { createClient } from '@keyv/redis';
import type { FastifyInstance } from 'fastify';
import { userOf } from './bare.authentication.js';

/** Key under which the benchmark stores the response of the bare list. */
export const bareListKey = (userId: string): string => `bare-list:${userId}`;

/** The cached list: one read of a stored text. */
export async function bareList(server: FastifyInstance, redisUrl: string): Promise<void> {
  const redis = createClient({ url: redisUrl });
  await redis.connect();
  server.get('/chatroom', async (request, reply) => {
    const text = await redis.get(bareListKey(userOf(request)));
    return reply.header('content-type', 'application/json; charset=utf-8').send(text);
  });
}
