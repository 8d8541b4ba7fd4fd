import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { sourceFiles } from './source-files.js';

type Constructor = new (...args: never[]) => object;

/** A route as its decorators say, in OpenAPI's way of writing paths; also those that OpenAPI does not show. */
export interface DeclaredRoute {
  name: string;
  method: string;
  path: string;
  /** Is it, or its controller, marked with this metadata? */
  isMarked: (key: string) => boolean;
}

/** Every route of every controller, under each of its paths. */
export async function declaredRoutes(): Promise<DeclaredRoute[]> {
  const routes: DeclaredRoute[] = [];
  // One after the other: Jest links no two ES modules at once.
  for (const file of sourceFiles('src', '.controller.ts'))
    for (const exported of Object.values((await import(file)) as object) as unknown[])
      if (isController(exported)) routes.push(...routesOfController(exported));
  return routes;
}

const isController = (it: unknown): it is Constructor =>
  typeof it === 'function' && Reflect.hasMetadata(PATH_METADATA, it);

function routesOfController(controller: Constructor): DeclaredRoute[] {
  const prefixes = pathsIn(controller);
  const prototype = controller.prototype as Record<string, () => unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as number | undefined;
    if (method === undefined) return [];
    const isMarked = (key: string) =>
      [handler, controller].some((target) => Reflect.getMetadata(key, target) === true);
    return prefixes.flatMap((prefix) =>
      pathsIn(handler).map((path) => ({
        name,
        method: RequestMethod[method]!,
        path: joined(prefix, path),
        isMarked,
      })),
    );
  });
}

const pathsIn = (target: object): string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const joined = (prefix: string, path: string): string =>
  `/${[prefix, path]
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter(Boolean)
    .join('/')}`.replace(/:(\w+)/g, '{$1}');
