import { readFileSync } from 'node:fs';
import { inlined, routesOf, type ApiDocument, type Route } from '../../src/platform/openapi/api-document.js';
import { StreamParser, type StreamEvent } from './stream-parser.js';
import { closed, SchemaBook } from './openapi-schemas.js';

/** The part of a response that is checked. */
export interface SeenAnswer {
  method: string;
  /** The requested path with its query. */
  path: string;
  status: number;
  headers: Headers;
  body: unknown;
  text: string;
}

/**
 * Checks responses against the document: the committed file, which other tests prove to be the served one. Reading the
 * document of each product would use up its rate limits, and fail after a test has killed it.
 */
class AnswerCheck {
  private readonly routes: { matches: RegExp; route: Route }[];
  private readonly book: SchemaBook;

  constructor(document: ApiDocument) {
    // If two templates match, the one with fewer parameters applies, as in Fastify.
    this.routes = routesOf(document)
      .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
      .map((route) => ({
        route,
        matches: new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+').replace(/\/$/, '')}/?$`),
      }));
    this.book = new SchemaBook(closed(document.components.schemas));
  }

  /** The fault of the response; null if the document describes it. */
  faultOf(answer: SeenAnswer): string | null {
    const type = (answer.headers.get('content-type') ?? '').split(';')[0]!.trim();
    const route = this.routeOf(type === EVENT_STREAM ? { ...answer, path: streamPath(answer.path) } : answer);
    if (!route) return this.strangeAnswerFault(answer, type);
    const { operationId, responses } = route.operation;
    const response = responses[answer.status];
    if (!response) return `${operationId} does not describe ${answer.status}`;
    const missing = Object.entries(response.headers ?? {}).find(
      ([name, { required }]) => required && !answer.headers.has(name),
    );
    if (missing) return `${operationId} ${answer.status} is without ${missing[0]}`;
    if (answer.text === '')
      return response.content && answer.method !== 'HEAD' ? `${operationId}: no body` : null;
    const media = response.content?.[type];
    if (!media) return `${operationId} ${answer.status} does not describe ${type || 'a body'}`;
    const code = answer.status < 400 ? undefined : (answer.body as { code?: string } | undefined)?.code;
    if (code !== undefined && !media.examples?.[code])
      return `${operationId} ${answer.status} does not describe the code ${code}`;
    if (type === EVENT_STREAM) return this.eventsFault(answer.text);
    if (!media.schema || !type.includes('json')) return null;
    const fault = this.book.faultOf(media.schema, answer.body);
    return fault && `${operationId} ${answer.status}: ${fault}`;
  }

  private eventsFault(text: string): string | null {
    const events = new StreamParser().push(new TextEncoder().encode(text));
    const faults = events.map((event) => this.eventFault(event));
    return faults.find((fault) => fault !== null) ?? null;
  }

  /** The fault of an event of a stream; null if the document describes it. */
  eventFault({ event, data }: StreamEvent): string | null {
    const value = JSON.parse(data) as { type?: unknown };
    if (value.type !== event) return `the event ${event} says that it is ${String(value.type)}`;
    const fault = this.book.faultOf({ $ref: `#/components/schemas/${eventSchema(event)}` }, value);
    return fault && `the event ${event}: ${fault}`;
  }

  private routeOf({ method, path }: SeenAnswer): Route | undefined {
    const plain = path.split('?', 1)[0]!;
    const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
    return this.routes.find(({ route, matches }) => route.method === wanted && matches.test(plain))?.route;
  }

  /** Under an address without an operation only errors in the standard form are allowed. */
  private strangeAnswerFault({ method, status, body }: SeenAnswer, type: string): string | null {
    if ((method === 'OPTIONS' && status < 400) || (method === 'HEAD' && status >= 400)) return null;
    if (status < 400 || status >= 500) return `no operation is described there, yet it answers ${status}`;
    if (type !== 'application/problem+json') return `an error of type ${type}`;
    return this.book.faultOf({ $ref: '#/components/schemas/ProblemDto' }, body);
  }
}

const EVENT_STREAM = 'text/event-stream';

/** The path under which a stream is described: for older clients a send also streams under its own path. */
const streamPath = (path: string): string => path.replace(/\/message(?=\/?(\?|$))/, '/message/stream');

const eventSchema = (event: string): string => `${event[0]!.toUpperCase()}${event.slice(1)}Event`;

let check: AnswerCheck | undefined;
const theCheck = (): AnswerCheck =>
  (check ??= new AnswerCheck(inlined(JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument)));

/** @throws Error when openapi.json does not describe the event of a stream */
export function expectDescribedEvent(event: StreamEvent): void {
  const fault = theCheck().eventFault(event);
  if (fault !== null) throw new Error(`${fault}\n${event.data.slice(0, 500)}`);
}

/** @throws Error when openapi.json does not describe the answer. `npm run generate` first, if the decorators have changed. */
export function expectDescribed(answer: SeenAnswer): void {
  const fault = theCheck().faultOf(answer);
  if (fault !== null)
    throw new Error(
      `${answer.method} ${answer.path} is not as openapi.json says (stale? npm run generate): ${fault}\n${answer.text.slice(0, 500)}`,
    );
}
