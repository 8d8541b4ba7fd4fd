import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { namesEtag } from '../../platform/http/responses/etag.js';
import { LIST_READS } from './list-cache.metrics.js';
import { ChatroomListCache } from './chatroom-list-cache.js';

/** Serves GET /chatroom: the first page with default parameters from the cache, any other from the handler. */
@Injectable()
export class ChatroomListCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: ChatroomListCache) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.getArgByIndex<FastifyRequest>(0);
    const reply = context.getArgByIndex<FastifyReply>(1);
    const load = async () => JSON.stringify(await lastValueFrom(next.handle()));
    const { outcome, list } = isCached(request.query as Query)
      ? await this.cache.read(request.principal!.userId, load)
      : await this.cache.bypass(load);
    LIST_READS.inc({ outcome });
    void reply
      .header('x-cache', outcome)
      .header('etag', list.etag)
      .header('cache-control', 'private, no-cache')
      .header('vary', varyBy(reply.getHeader('vary')));
    if (namesEtag(request.headers['if-none-match'], list.etag)) return of(notModified());
    void reply.header('content-type', 'application/json; charset=utf-8');
    return of(list.json);
  }
}

interface Query {
  cursor?: unknown;
  limit?: unknown;
  archived?: unknown;
}

/** Default parameters may be absent or explicit. */
function isCached({ cursor, limit, archived }: Query): boolean {
  return (
    cursor === undefined &&
    (limit === undefined || limit === '50') &&
    (archived === undefined || archived === 'false')
  );
}

/** A web Response, because Nest overwrites the status of anything else with the route's own. */
const notModified = (): Response => new Response(null, { status: 304 });

/** Adds the caller to `Vary`, which CORS may have set to Origin already. */
const varyBy = (before: unknown): string =>
  typeof before === 'string' ? `${before}, Authorization` : 'Authorization';
