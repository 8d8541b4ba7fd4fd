import {
  applyDecorators,
  Controller,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, type OperationOptions } from '../platform/openapi/operation.decorator.js';
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
