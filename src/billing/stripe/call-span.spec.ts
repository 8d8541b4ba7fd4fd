import { templateOf } from './call-span.js';

it.each([
  ['/v1/checkout/sessions', '/v1/checkout/sessions'],
  ['/v1/billing_portal/sessions', '/v1/billing_portal/sessions'],
  ['/v1/customers/cus_Q1w2E3', '/v1/customers/{id}'],
  ['/v1/subscriptions/sub_1A/items?expand[]=x&email=a@b.c', '/v1/subscriptions/{id}/items'],
  ['/v1/checkout/sessions/cs_test_a1B2/expire', '/v1/checkout/sessions/{id}/expire'],
])('the span of %s says %s', (path, template) => {
  expect(templateOf(path)).toBe(template);
});
