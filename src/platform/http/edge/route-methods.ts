import type { RouteOptions } from 'fastify';

interface RoutePattern {
  matches: RegExp;
  methods: Set<string>;
}

/** The methods of each registered path, for `Allow` (RFC 9110 §10.2.1). Used only for errors. */
export class RouteMethods {
  private readonly patterns = new Map<string, RoutePattern>();

  /** Hook for Fastify's onRoute. */
  add(route: Pick<RouteOptions, 'url' | 'method' | 'constraints'>): void {
    // The catch-all route of preflights is not a resource.
    if (route.url === '*') return;
    // A route that only some requests find must not show in an answer to others.
    if (Object.keys(route.constraints ?? {}).length > 0) return;
    const pattern = this.patterns.get(route.url) ?? { matches: toRegExp(route.url), methods: new Set() };
    for (const method of [route.method].flat()) pattern.methods.add(method.toUpperCase());
    this.patterns.set(route.url, pattern);
  }

  /** The methods of a path (without query), including OPTIONS; empty for an unknown path. */
  of(path: string): string[] {
    const plain = decoded(path).replace(/(.)\/$/, '$1');
    const methods = new Set<string>();
    for (const pattern of this.patterns.values())
      if (pattern.matches.test(plain)) for (const method of pattern.methods) methods.add(method);
    if (methods.size > 0) methods.add('OPTIONS');
    return [...methods].toSorted();
  }
}

/** `/chatroom/:id/*` as a regular expression; a parameter is never empty. */
function toRegExp(url: string): RegExp {
  const source = url
    .replace(/(.)\/$/, '$1')
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return '[^/]+';
      return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
