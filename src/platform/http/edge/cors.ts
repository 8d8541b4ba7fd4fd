import type { FastifyCorsOptions } from '@fastify/cors';

/** How long a browser may cache the response to a preflight: the maximum of Chromium. */
const MAX_AGE_SECONDS = 7200;

/** CORS (https://fetch.spec.whatwg.org/#http-cors-protocol) as the contract says: named origins, no credentials mode. */
export function corsOptions(origins: string[]): FastifyCorsOptions {
  return {
    origin: origins.map(originPattern),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Prefer',
      'Last-Event-ID',
      'If-None-Match',
      'X-Request-Id',
      'User-Agent',
      'traceparent',
      'tracestate',
    ],
    exposedHeaders: [
      'Location',
      'ETag',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
      'X-Request-Id',
      'X-Cache',
      'Idempotency-Replayed',
      'Preference-Applied',
      'Sandbox',
    ],
    maxAge: MAX_AGE_SECONDS,
    credentials: false,
  };
}

/** `http://localhost:*` matches any port, including the default one; every other origin matches only itself. */
export function originPattern(origin: string): string | RegExp {
  if (!origin.endsWith(':*')) return origin;
  const base = origin.slice(0, -2).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${base}(:\\d{1,5})?$`, 'i');
}
