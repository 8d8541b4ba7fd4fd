import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable, type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { Keys } from '../crypto/keys.js';
import { Problem } from '../problem/problem.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const MAC_BYTES = 16;

/** `?cursor=&limit=` of every list. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'The `next_cursor` of the previous page.',
    type: String,
    example: 'eyJhdCI6IjIwMjYtMTEtMjAifQ',
  })
  @IsOptional()
  @IsString({ message: 'cursor must be one text.' })
  cursor?: string;

  @ApiPropertyOptional({
    description: 'Maximum number of items in the page.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  )
  @IsInt({ message: 'limit must be a whole number.' })
  @Max(MAX_LIMIT, { message: `limit is at most ${MAX_LIMIT}.` })
  @Min(1, { message: 'limit is at least 1.' })
  limit: number = DEFAULT_LIMIT;
}

/** Query of a list that refuses unknown parameters (400), because a misspelt filter would widen the result. */
export class StrictPageQuery extends PageQuery {}

/** A page of a list: its items, and the cursor of the next page. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** The OpenAPI class of a page of `item`. */
export function PageOf<T>(item: Type<T>): Type<Page<T>> {
  class PageDto {
    @ApiProperty({ type: [item] })
    data!: T[];

    @ApiProperty({
      type: String,
      nullable: true,
      description: 'Cursor of the next page, null on the last one.',
      example: null,
    })
    next_cursor!: string | null;
  }
  Object.defineProperty(PageDto, 'name', { value: `${item.name.replace(/Dto$/, '')}Page` });
  return PageDto;
}

/** Encodes and decodes cursors: opaque, and bound by a MAC to a user and a route, so that no other list accepts them. */
@Injectable()
export class Cursors {
  constructor(private readonly keys: Keys) {}

  /** @param scope user id and route, e.g. `rooms:<user id>` */
  encode(scope: string, position: unknown): string {
    const json = Buffer.from(JSON.stringify(position));
    return Buffer.concat([mac(this.keys.current('cursor').key, scope, json), json]).toString('base64url');
  }

  /** @throws Problem `validation_failed` with `invalid_cursor` */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the MAC proves that `encode` wrote a T
  decode<T>(scope: string, cursor: string): T {
    const bytes = Buffer.from(cursor, 'base64url');
    const json = bytes.subarray(MAC_BYTES);
    const given = bytes.subarray(0, MAC_BYTES);
    const known = this.keys.all('cursor').some(({ key }) => {
      const expected = mac(key, scope, json);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!known)
      throw Problem.field(
        'cursor',
        'invalid_cursor',
        'The cursor does not belong to this list. Use a `next_cursor` of the same list, or begin without one.',
      );
    return JSON.parse(json.toString()) as T;
  }

  /** Cuts rows that were read with `limit + 1` to a page. */
  page<R, T>(
    scope: string,
    rows: R[],
    limit: number,
    toItem: (row: R) => T,
    position: (row: R) => unknown,
  ): Page<T> {
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map(toItem),
      next_cursor: last === undefined ? null : this.encode(scope, position(last)),
    };
  }
}

function mac(key: Parameters<typeof createHmac>[1], scope: string, json: Buffer): Buffer {
  return createHmac('sha256', key).update(scope).update('\0').update(json).digest().subarray(0, MAC_BYTES);
}
