import type { RouteOptions } from 'fastify';

interface RoutePattern {
  matches: RegExp;
  methods: Set<string>;
}

/** Which methods each registered path has: what `Allow` says (RFC 9110 §10.2.1). Read on errors only, never on a hot path. */
export class RouteMethods {
  private readonly patterns = new Map<string, RoutePattern>();

  /** For Fastify's onRoute hook. */
  add(route: Pick<RouteOptions, 'url' | 'method'>): void {
    // The preflight's catch-all is no resource.
    if (route.url === '*') return;
    const pattern = this.patterns.get(route.url) ?? { matches: toRegExp(route.url), methods: new Set() };
    for (const method of [route.method].flat()) pattern.methods.add(method.toUpperCase());
    this.patterns.set(route.url, pattern);
  }

  /** The methods of a path (without query), OPTIONS included; empty when there is nothing under it. */
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
