import type { EventReport, StripeCall } from '@chat-backend/stripe-sandbox';
import type { StripeCallDto, StripeEventDto } from './stripe-control.dto.js';

export const toStripeEvent = ({ event, deliveries }: EventReport): StripeEventDto => ({
  id: event.id,
  type: event.type,
  created: new Date(event.created * 1000).toISOString(),
  object: event.data.object.id,
  deliveries: deliveries.map(({ state, attempts }) => ({ state, attempts })),
});

export const toStripeCall = ({
  method,
  path,
  idempotencyKey,
  params,
  status,
}: StripeCall): StripeCallDto => ({
  method,
  path,
  idempotency_key: idempotencyKey,
  params,
  status,
});
