import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { accepts } from '../platform/http/responses/accept.js';
import { HttpAnswer } from '../platform/http/responses/http-answer.js';
import type { Page } from '../platform/fields/page.js';
import { vary } from '../platform/pages/resource.js';
import { toCsv } from './csv.js';

export const CSV_TYPE = 'text/csv';
/** Metadata of a list: the columns of its CSV, in this order. */
export const CSV_COLUMNS = 'admin:csv-columns';

/** Answers a page of a list as CSV where `Accept` names it. The next page is the `Link` (RFC 8288). */
@Injectable()
export class CsvInterceptor implements NestInterceptor<Page<object>, unknown> {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler<Page<object>>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const columns = this.reflector.get<string[] | undefined>(CSV_COLUMNS, context.getHandler());
    vary(http.getResponse<FastifyReply>(), 'accept');
    if (!columns || !wantsCsv(request.headers.accept)) return next.handle();
    return next.handle().pipe(map((page) => answer(page, columns, request.url)));
  }
}

const wantsCsv = (accept = ''): boolean => /\btext\/csv\b/i.test(accept) && accepts(accept, CSV_TYPE);

function answer(
  { data, next_cursor: cursor }: Page<object>,
  columns: string[],
  url: string,
): HttpAnswer<string> {
  return new HttpAnswer(toCsv(columns, data), {
    'Content-Type': `${CSV_TYPE}; charset=utf-8; header=present`,
    ...(cursor !== null && { Link: `<${nextUrl(url, cursor)}>; rel="next"` }),
  });
}

function nextUrl(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}

/** The columns of a DTO class: its documented fields, in the order of their declaration. */
export const columnsOf = (type: Type): string[] =>
  (Reflect.getMetadata('swagger/apiModelPropertiesArray', type.prototype as object) as string[]).map((name) =>
    name.replace(/^:/, ''),
  );
