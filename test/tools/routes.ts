import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { sourceFiles } from './source-files.js';

type Constructor = new (...args: never[]) => object;

/** A route as its decorators say, in OpenAPI's way of writing paths; also those that OpenAPI does not show. */
export interface DeclaredRoute {
  name: string;
  method: string;
  path: string;
  /** Is it, or its controller, marked with this metadata? */
  isMarked: (key: string) => boolean;
  /** Has its handler a parameter with this decorator? */
  takes: (decorator: () => ParameterDecorator) => boolean;
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

export function routesOfController(controller: Constructor): DeclaredRoute[] {
  const prefixes = pathsIn(controller);
  const prototype = controller.prototype as Record<string, () => unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as number | undefined;
    if (method === undefined) return [];
    const isMarked = (key: string) =>
      [handler, controller].some((target) => Reflect.getMetadata(key, target) === true);
    const takes = (decorator: () => ParameterDecorator) =>
      factoriesOf(controller, name).includes(factoryOf(decorator));
    return prefixes.flatMap((prefix) =>
      pathsIn(handler).map((path) => ({
        name,
        method: RequestMethod[method]!,
        path: joined(prefix, path),
        isMarked,
        takes,
      })),
    );
  });
}

/** What makes the values of a handler's decorated parameters. */
function factoriesOf(controller: Constructor, handler: string): unknown[] {
  const given = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    Record<string, { factory?: unknown }> | undefined;
  return Object.values(given ?? {}).flatMap(({ factory }) => factory ?? []);
}

/** A decorator leaves no name behind, but it leaves its factory: put on a parameter of its own, it is read off. */
function factoryOf(decorator: () => ParameterDecorator): unknown {
  class Probe {}
  decorator()(Probe.prototype, 'handler', 0);
  return factoriesOf(Probe, 'handler')[0];
}

const pathsIn = (target: object): string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const joined = (prefix: string, path: string): string =>
  `/${[prefix, path]
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter(Boolean)
    .join('/')}`.replace(/:(\w+)/g, '{$1}');
