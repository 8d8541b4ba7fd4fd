import {
  applyDecorators,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** A body with headers that depend on it: `Location`, `Idempotency-Replayed`. What `@Res()` in a controller would do otherwise. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly headers: Record<string, string> = {},
  ) {}
}

/** Sends an {@link Answer}: its headers, then its body. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor<Answer<unknown>> {
  intercept(context: ExecutionContext, next: CallHandler<Answer<unknown>>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map(({ body, headers }) => {
        void reply.headers(headers);
        return body;
      }),
    );
  }
}

/** For a route whose handler gives an {@link Answer}. */
export const SendsAnswer = (): MethodDecorator => applyDecorators(UseInterceptors(AnswerInterceptor));
