import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { histogram } from '../metrics/instruments.js';

/** A cached list takes a millisecond, a send two, a wait for a reply up to a minute. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** `yes`: an event stream, a wait or an export, whose time says how long its reader stayed. */
const HELD = ['no', 'yes'] as const;

const REQUESTS = histogram(
  'chat_http_request_duration_seconds',
  'Requests by method, template of their route, and class of their status. `unknown`: no such route.',
  { method: null, route: null, status: null, held: HELD },
  BUCKETS,
);

type Observe = (seconds: number) => void;

/** Bound observers of a route, by class of status and by whether the answer was held. */
type RouteObservers = (Observe | undefined)[];

/** Counts every request of this server; one look-up a request, since each child is bound once. */
export function countRequests(server: FastifyInstance): void {
  const byRoute = new WeakMap<object, RouteObservers>();
  const unknown: RouteObservers = [];
  const observersOf = ({ is404, routeOptions }: FastifyRequest): RouteObservers => {
    if (is404 || routeOptions.url === undefined) return unknown;
    let observers = byRoute.get(routeOptions.config);
    if (observers === undefined) byRoute.set(routeOptions.config, (observers = []));
    return observers;
  };
  server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    const observers = observersOf(request);
    const status = Math.trunc(reply.statusCode / 100);
    const held = request.holdsAnswer === true;
    const at = 2 * status + Number(held);
    const observe = (observers[at] ??= REQUESTS.bound({
      ...(observers === unknown ? UNKNOWN : { method: request.method, route: request.routeOptions.url! }),
      status: `${status}xx`,
      held: held ? 'yes' : 'no',
    }));
    observe(reply.elapsedTime / 1000);
    done();
  });
}

/** A path or method that is not ours is input, which names no series. */
const UNKNOWN = { method: 'any', route: 'unknown' };
