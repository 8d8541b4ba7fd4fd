/** The policies: what decides without a database. What decides in SQL has its mutants in test/mutants/mutants.ts. */
export const FAMILIES = {
  codes: ['src/auth/codes/code.ts', 'src/auth/codes/challenge.ts'],
  quota: [
    'src/messages/quota/quota-day.ts',
    'src/messages/quota/daily-limit.ts',
    'src/messages/send/quota-command.ts',
  ],
  tokens: [
    'src/auth/tokens/access-token.ts',
    'src/auth/tokens/bearer.ts',
    'src/auth/tokens/refresh-policy.ts',
    'src/auth/tokens/refresh-token.ts',
  ],
  fencing: ['src/messages/stream/reply-snapshot.ts', 'src/replies/backoff.ts'],
  stripe: [
    'src/billing/sync/entitlement.ts',
    'src/billing/sync/current-subscription.ts',
    'src/billing/stripe/bills.ts',
    'src/billing/stripe/event-kinds.ts',
    'src/billing/stripe/subscription-reader.ts',
    'src/webhooks/stripe-signature.ts',
  ],
  streams: [
    'src/messages/stream/event-id.ts',
    'src/messages/stream/reply-stream.ts',
    'src/platform/stream/text-piece.ts',
  ],
  bytes: [
    'src/platform/http/edge/client-address.ts',
    'src/platform/http/edge/host.ts',
    'src/platform/http/body/json-body.ts',
    'src/platform/http/body/json-bounds.ts',
    'src/platform/http/edge/raw-problem.ts',
  ],
};
