import { applyDecorators, HttpCode, SetMetadata, UseGuards, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { HeldAnswersGuard, IsExport } from '../http/responses/held-answers.guard.js';
import { problemExampleRef } from './problem-examples.js';
import { PROBLEMS, type ProblemCode } from '../problem/problem-table.js';
import { sseEvent } from '../http/responses/event-stream.js';
import { documentLimits } from './document-limits.js';
import { unionSchema, type EventsExample } from './event-union.js';
import { CHALLENGE_HEADER, LIMIT_HEADERS, RETRY_AFTER_HEADER } from './shared-headers.js';
import { Public } from '../http/principal.js';
import { ProblemDto } from './problem.dto.js';

/** One successful response. */
export interface Success {
  status: number;
  description: string;
  /** Body class; absent for a response without a body. */
  type?: Type;
  headers?: ApiResponseOptions['headers'];
  example?: unknown;
  /** The response is an event stream. */
  events?: EventsExample;
  /** The response can also be this text, of this media type, beside the JSON of `type`. */
  text?: { mediaType: string; example: string };
  /** The response is an HTML page. */
  page?: boolean;
}

export interface OperationOptions {
  summary: string;
  description: string;
  /** `open` needs no token; `user` needs one and is the default. */
  access?: 'open' | 'user';
  success: Success | Success[];
  /** Error codes of this route, in addition to those of every such route. */
  errors?: ProblemCode[];
  /** True for a route with a body, or with an id in its path, that may be refused. */
  takesBody?: boolean;
  takesId?: boolean;
  /**
   * True for a route that honours Idempotency-Key: it takes `@IdempotencyKey()` and passes it to {@link IdempotencyKeys}.
   */
  idempotent?: boolean;
  /** True for a response that is generated while it is sent: few may be open at once per user. */
  isExport?: boolean;
}

/** Metadata of routes that honour an Idempotency-Key: limits admit their replays. */
export const HONOURS_IDEMPOTENCY_KEY = 'platform:honours-idempotency-key';

const IDEMPOTENCY_ERRORS: ProblemCode[] = [
  'idempotency_in_progress',
  'idempotency_key_reused',
  'validation_failed',
];

/**
 * Declares everything about a route: authentication, status, OpenAPI summary and security, and every response including
 * errors. Guards and document therefore agree: a route that documents an event stream also bounds the number of open ones
 * (held-answers.guard.ts).
 */
export function Operation(options: OperationOptions): MethodDecorator {
  const { access = 'user' } = options;
  const successes = Array.isArray(options.success) ? options.success : [options.success];
  return applyDecorators(
    HttpCode(successes[0]!.status),
    ApiOperation({ summary: options.summary, description: options.description }),
    ...(access === 'open' ? [Public()] : [ApiBearerAuth()]),
    ...(successes.some(({ events }) => events !== undefined) ? [UseGuards(HeldAnswersGuard)] : []),
    ...(options.isExport ? [UseGuards(HeldAnswersGuard), IsExport()] : []),
    ...(options.idempotent ? [idempotencyHeader(), SetMetadata(HONOURS_IDEMPOTENCY_KEY, true)] : []),
    ...successes.map(successResponse),
    ...errorResponses(options, access),
    (_target, _name, descriptor) => documentLimits(descriptor.value as object),
  );
}

function errorCodes(options: OperationOptions, access: 'open' | 'user'): ProblemCode[] {
  return [
    ...new Set<ProblemCode>([
      ...(access === 'user' ? (['unauthenticated', 'token_expired', 'session_ended'] as const) : []),
      ...(options.takesBody
        ? ([
            'validation_failed',
            'malformed_json',
            'payload_too_large',
            'unsupported_media_type',
            'request_timeout',
          ] as const)
        : []),
      ...(options.takesId ? (['not_found'] as const) : []),
      ...(options.idempotent ? IDEMPOTENCY_ERRORS : []),
      ...(options.errors ?? []),
      // For a token in the URL, and for an invalid token.
      'validation_failed',
      'not_acceptable',
      'rate_limited',
      'internal_error',
      'unavailable',
    ]),
  ];
}

function successResponse(success: Success): MethodDecorator {
  const { status, description, type, headers, example, events, page, text } = success;
  if (events) return eventStreamResponse(success, events);
  if (text && type) return jsonOrTextResponse(success, type, text);
  return ApiResponse({
    status,
    description,
    headers,
    ...(type && { type }),
    ...(example !== undefined && { example }),
    ...(page && { content: { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } } }),
  });
}

function jsonOrTextResponse(
  { status, description, headers, example }: Success,
  type: Type,
  text: NonNullable<Success['text']>,
): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(type),
    ApiResponse({
      status,
      description,
      headers,
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(type) },
          ...(example !== undefined && { example }),
        },
        [text.mediaType]: { schema: { type: 'string' }, example: text.example },
      },
    }),
  );
}

/**
 * OpenAPI 3.1 cannot describe the items of a stream. The schema under `text/event-stream` is that of one event's data, as
 * client generators expect; the description shows the bytes.
 */
function eventStreamResponse(
  { status, description, headers }: Success,
  { union, shown }: EventsExample,
): MethodDecorator {
  const wire = shown.map(({ data: { type, ...rest }, id }) => shortened(sseEvent(type, rest, id))).join('');
  return applyDecorators(
    ApiExtraModels(...Object.values(union.classes)),
    ApiResponse({
      status,
      description: `${description} Each event’s data is a \`${union.name}\`.\n\n\`\`\`text\n${wire.trimEnd()}\n\`\`\``,
      headers,
      content: {
        'text/event-stream': {
          schema: unionSchema(union),
          examples: Object.fromEntries(shown.map(({ data }) => [data.type, { value: data }])),
        },
      },
    }),
  );
}

/** Longer lines are shortened; the examples have the whole data. */
const SHOWN_CHARACTERS = 110;

const shortened = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => (line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)} …}` : line))
    .join('\n');

/** One response per status; the codes that share it are its examples. */
function errorResponses(options: OperationOptions, access: 'open' | 'user'): MethodDecorator[] {
  const isLimited = options.errors?.includes('daily_limit_reached') ?? false;
  return [...groupByStatus(errorCodes(options, access))].map(([status, same]) =>
    ApiResponse({
      status,
      description: same.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
      headers: errorHeaders(status, access, isLimited),
      content: {
        'application/problem+json': {
          schema: { $ref: `#/components/schemas/${ProblemDto.name}` },
          examples: Object.fromEntries(same.map((code) => [code, problemExampleRef(code)])),
        },
      },
    }),
  );
}

function groupByStatus(codes: ProblemCode[]): Map<number, ProblemCode[]> {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

/**
 * @param isLimited true for a route that counts against the daily limit: refusals for other reasons have its headers as
 * well
 */
function errorHeaders(
  status: number,
  access: 'open' | 'user',
  isLimited: boolean,
): ApiResponseOptions['headers'] {
  if (status === 401) return { 'WWW-Authenticate': CHALLENGE_HEADER };
  // Never on open routes, because an anonymous caller has no policy.
  if (status === 429 && access === 'user') return { 'Retry-After': RETRY_AFTER_HEADER, ...LIMIT_HEADERS };
  if (status === 409 && isLimited) return LIMIT_HEADERS;
  if (status === 429 || status === 503) return { 'Retry-After': RETRY_AFTER_HEADER };
  return undefined;
}

function idempotencyHeader(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Makes a repeat safe: for 24 hours, a request with the same key and body is carried out once and gets the same result. 1–255 visible ASCII characters.',
    schema: { type: 'string', minLength: 1, maxLength: 255, example: 'b7f1c2d0-6a1e-4f57-9f0e-2f6f1f0f5d11' },
  });
}
