import fastify from 'fastify';
import { bareAuthentication } from './bare.authentication.js';
import { bareList } from './bare.list.js';
import { bareSend } from './bare.send.js';
import { twoRows } from './two-rows.js';

/**
 * A careful implementation without a framework, for comparison: Fastify, the same check of the token, the same client
 * libraries, the same prepared statement, the same job. No limits, log, problems or documents.
 */
const server = fastify();
bareAuthentication(server);
const databaseUrl = process.env['DATABASE_URL']!;
const redisUrl = process.env['REDIS_URL'] ?? null;
if (redisUrl !== null) await bareList(server, redisUrl);
await bareSend(server, databaseUrl, redisUrl);
twoRows(server, databaseUrl);

process.once('SIGTERM', () => process.exit(0));
const listening = await server.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ listening });
