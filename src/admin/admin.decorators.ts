import {
  applyDecorators,
  Controller,
  SetMetadata,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, type OperationOptions } from '../platform/openapi/operation.decorator.js';
import { NEXT_PAGE_HEADER } from '../platform/openapi/shared-headers.js';
import { Produces } from '../platform/http/responses/accept.js';
import { columnsOf, CSV_COLUMNS, CSV_TYPE, CsvInterceptor } from './csv.interceptor.js';
import { AdminGuard, NEEDS_FRESH_SESSION } from './admin.guard.js';

/**
 * A controller of the operators' routes, below `/admin/api`.
 * @param guards further guards, which run for admins only
 */
export const AdminController = (path: string, ...guards: Type<CanActivate>[]): ClassDecorator =>
  applyDecorators(ApiTags('Admin'), Controller(`admin/api/${path}`), UseGuards(AdminGuard, ...guards));

export interface AdminOperationOptions extends OperationOptions {
  /** Requires a fresh session, so that a stolen session is not enough. */
  fresh?: boolean;
}

/** `@Operation()` of a route under {@link AdminController}: other users get 404. */
export const AdminOperation = ({ fresh, ...options }: AdminOperationOptions): MethodDecorator =>
  applyDecorators(
    Operation({
      ...options,
      takesId: true,
      errors: [...(fresh ? (['step_up_required'] as const) : []), ...(options.errors ?? [])],
    }),
    ...(fresh ? [SetMetadata(NEEDS_FRESH_SESSION, true)] : []),
  );

export interface AdminListOptions extends Omit<AdminOperationOptions, 'success'> {
  /** Class of the list's items, whose fields are the columns of the CSV. */
  item: Type;
  /** Class of a page. */
  page: Type;
  /** What a page shows. */
  shown: string;
}

/** `@AdminOperation()` of a list. With `Accept: text/csv` its page is CSV. */
export const AdminListOperation = ({ item, page, shown, ...options }: AdminListOptions): MethodDecorator =>
  applyDecorators(
    AdminOperation({
      ...options,
      description: `${options.description} With \`Accept: text/csv\` the page is CSV, and \`Link\` names the next one.`,
      success: {
        status: 200,
        description: shown,
        type: page,
        headers: { Link: NEXT_PAGE_HEADER },
        text: { mediaType: CSV_TYPE, example: `${columnsOf(item).join(',')}\r\n` },
      },
    }),
    Produces(CSV_TYPE),
    SetMetadata(CSV_COLUMNS, columnsOf(item)),
    UseInterceptors(CsvInterceptor),
  );
