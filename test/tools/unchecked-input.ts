import { CUSTOM_ROUTE_ARGS_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { getMetadataStorage } from 'class-validator';
import { NoBodyDto } from '../../src/platform/fields/no-body.dto.js';

type Constructor = new (...args: never[]) => object;

interface RouteArgument {
  index: number;
  /** Name of the one field that is taken, where one is. */
  data?: string;
  pipes: unknown[];
}

/**
 * What a controller takes from a request without a check. A body or query is taken whole, as a class with validation
 * rules; a path parameter goes through a pipe; headers and the raw request are for decorators of our own.
 * @returns `method: what` for each
 */
export function uncheckedInput(controller: Constructor): string[] {
  return methodsOf(controller).flatMap((method) => {
    const given = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as
      Record<string, RouteArgument> | undefined;
    const types = (Reflect.getMetadata('design:paramtypes', controller.prototype, method) ?? []) as unknown[];
    return Object.entries(given ?? {})
      .filter(([key]) => !key.includes(CUSTOM_ROUTE_ARGS_METADATA))
      .map(([key, argument]) => complaint(Number(key.split(':')[0]), argument, types[argument.index]))
      .filter((text) => text !== null)
      .map((text) => `${method}: ${text}`);
  });
}

// Nest gives the kind as text; compared as plain numbers, not as members of its enum.
const [BODY, QUERY, PARAM]: number[] = [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM];
/** Request, response and next are passed on, not read: a matter of style, not of input. */
const PASSED_ON = new Set<number>([RouteParamtypes.REQUEST, RouteParamtypes.RESPONSE, RouteParamtypes.NEXT]);

function complaint(kind: number, { data, pipes }: RouteArgument, type: unknown): string | null {
  if (PASSED_ON.has(kind)) return null;
  if (kind === BODY || kind === QUERY) {
    const name = kind === BODY ? 'body' : 'query';
    if (data !== undefined) return `${name} ${data} is taken without its class`;
    return hasRules(type) ? null : `${name} is ${typeName(type)}, which has no validation rules`;
  }
  if (kind === PARAM)
    return data !== undefined && pipes.length > 0 ? null : `param ${data ?? ''} goes through no pipe`;
  return `${RouteParamtypes[kind]!.toLowerCase()} is read past the decorators`;
}

const typeName = (type: unknown) => (typeof type === 'function' ? type.name : 'unknown');

/** {@link NoBodyDto} has no fields to have rules for: the pipe refuses every field. */
function hasRules(type: unknown): boolean {
  return (
    typeof type === 'function' &&
    (type === NoBodyDto ||
      getMetadataStorage().getTargetValidationMetadatas(type, '', true, false).length > 0)
  );
}

function methodsOf(controller: Constructor): string[] {
  const names: string[] = [];
  for (let at = controller.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
    names.push(...Object.getOwnPropertyNames(at));
  return names;
}
