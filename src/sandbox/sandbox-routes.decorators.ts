import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SANDBOX_BOUNDS } from '../platform/http/body/json-bounds.js';
import { BodyLimit } from '../platform/http/body/json-body.js';
import { Operation, type OperationOptions } from '../platform/openapi/operation.decorator.js';
import { NoRateLimitForLocalPeer } from '../platform/limits/no-rate-limit.decorator.js';
import { SandboxGuard } from './sandbox.guard.js';

/** Enough for a list of scripts with the model's texts. */
const BODY_KIB = 512;

/**
 * A controller below /sandbox: sets the guard, the tag in the OpenAPI document, and the exemption of loopback from the limit
 * per minute, all in one decorator, so that no route lacks one of them.
 */
export const SandboxRoutes = (path: string): ClassDecorator =>
  applyDecorators(Controller(path), ApiTags('Sandbox'), UseGuards(SandboxGuard), NoRateLimitForLocalPeer());

/** A route of a {@link SandboxRoutes}: no token, a large body limit, 404 for callers of other machines. */
export const SandboxOperation = (options: Omit<OperationOptions, 'access'>): MethodDecorator =>
  applyDecorators(
    BodyLimit(BODY_KIB, SANDBOX_BOUNDS),
    Operation({ ...options, access: 'open', errors: [...(options.errors ?? []), 'not_found'] }),
  );
