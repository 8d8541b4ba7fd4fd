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
 * A controller of the operators' side, below `/admin/api`.
 * @param guards what else must hold, asked of admins only
 */
export const AdminController = (path: string, ...guards: Type<CanActivate>[]): ClassDecorator =>
  applyDecorators(ApiTags('Admin'), Controller(`admin/api/${path}`), UseGuards(AdminGuard, ...guards));

export interface AdminOperationOptions extends OperationOptions {
  /** Is it something that a stolen session must not be good for? */
  fresh?: boolean;
}

/** `@Operation()` of a route under {@link AdminController}: who is no admin is told that there is nothing. */
export const AdminOperation = ({ fresh, ...options }: AdminOperationOptions): MethodDecorator =>
  applyDecorators(
    Operation({
      ...options,
      takesId: true,
      errors: [...(fresh ? (['step_up_required'] as const) : []), ...(options.errors ?? [])],
    }),
    ...(fresh ? [SetMetadata(NEEDS_FRESH_SESSION, true)] : []),
  );
