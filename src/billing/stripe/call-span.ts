import { SpanKind } from '@opentelemetry/api';
import type Stripe from 'stripe';
import { activeSpan, type SpanFacts } from '../../platform/tracing/tracing.js';

export const CALL_SPAN = (): SpanFacts => ({
  kind: SpanKind.CLIENT,
  attributes: { 'peer.service': 'stripe' },
});

/** Names the span of a call after its request; a repeat of the request is an event. */
export function traceRequests(stripe: Stripe): void {
  stripe.on('request', ({ method, path }: Stripe.RequestEvent) => {
    const template = templateOf(path);
    activeSpan()
      ?.updateName(`${method} ${template}`)
      .setAttributes({ 'http.request.method': method, 'url.template': template })
      .addEvent('request');
  });
  stripe.on('response', ({ status }: Stripe.ResponseEvent) => {
    activeSpan()?.setAttribute('http.response.status_code', status).addEvent('response', { status });
  });
}

/** A name in a path of Stripe's API; anything else is an id, which has capitals or digits. */
const NAME = /^(?:v\d|[a-z_]+)$/;

/** A path without the ids and the query: `/v1/customers/{id}`. */
export const templateOf = (path: string): string =>
  path
    .split('?', 1)[0]!
    .split('/')
    .map((part) => (part === '' || NAME.test(part) ? part : '{id}'))
    .join('/');
