import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { ExecutionContext, Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { aliasesOf } from '../fields/alias.decorator.js';
import type { LimitBy } from './limit.decorator.js';
import { blockOf, networkOf } from './network.js';

/** The key that a request is counted under. */
export type KeyOf = (request: FastifyRequest) => string;

/**
 * Builds the function that maps a request to its key.
 * @param readNumber a mobile number in E.164 from any spelling; throws for a text that is no number
 */
export function keyOf(by: LimitBy, context: ExecutionContext, readNumber: (text: string) => string): KeyOf {
  switch (by) {
    case 'user':
      return ({ principal }) => principal!.userId;
    case 'address':
      return ({ ip }) => networkOf(ip);
    case 'network':
      return ({ ip }) => blockOf(ip);
  }
  if (typeof by === 'function') return by;
  const names = [by.field, ...aliasesFor(by.field, context)];
  const read = by.as === 'number' ? readNumber : (text: string) => text.trim().toLowerCase();
  return ({ body, ip }) => {
    const sent = names.map((name) => fieldOf(body, name)).find((value) => value !== undefined);
    // A value that is no text is refused by the validation that follows.
    return typeof sent === 'string' ? `field\0${read(sent)}` : `address\0${networkOf(ip)}`;
  };
}

/** Names of a field in the body as sent: clients may use an older name of the field. */
function aliasesFor(field: string, context: ExecutionContext): string[] {
  const dto = bodyClassOf(context.getClass(), context.getHandler().name);
  if (!dto) return [];
  return [...aliasesOf(dto)].filter(([, name]) => name === field).map(([alias]) => alias);
}

function bodyClassOf(controller: Type, handler: string): Type | undefined {
  const given = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    Record<string, { index: number }> | undefined;
  const body = Object.entries(given ?? {}).find(([kind]) => kind.startsWith(`${RouteParamtypes.BODY}:`));
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, handler) as Type[];
  return body && types[body[1].index];
}

const fieldOf = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;
