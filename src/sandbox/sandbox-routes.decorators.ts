import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SANDBOX_BOUNDS } from '../platform/http/body/json-bounds.js';
import { BodyLimit } from '../platform/http/body/json-body.js';
import { Operation, type OperationOptions } from '../platform/openapi/operation.decorator.js';
import { NoRateLimitForLocalPeer } from '../platform/limits/no-rate-limit.decorator.js';
import { SandboxGuard } from './sandbox.guard.js';

/** A list of scripts with the text that the model is to give. */
const BODY_KIB = 512;

/**
 * A controller below /sandbox: guard, place in the document, and no minute limit on loopback, in one, so that no route of it
 * can lack any of them.
 */
export const SandboxRoutes = (path: string): ClassDecorator =>
  applyDecorators(Controller(path), ApiTags('Sandbox'), UseGuards(SandboxGuard), NoRateLimitForLocalPeer());

/** A route of a {@link SandboxRoutes}: open, wide bounds for its body, 404 for callers elsewhere. */
export const SandboxOperation = (options: Omit<OperationOptions, 'access'>): MethodDecorator =>
  applyDecorators(
    BodyLimit(BODY_KIB, SANDBOX_BOUNDS),
    Operation({ ...options, access: 'open', errors: [...(options.errors ?? []), 'not_found'] }),
  );
