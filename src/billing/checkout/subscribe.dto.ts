import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../platform/fields/fields.js';
import type { CheckoutSession } from './checkout-sessions.repository.js';

const MAX_URL = 2000;

export class SubscribeDto {
  @TextField({
    min: 1,
    max: MAX_URL,
    presence: 'optional',
    description:
      'Where to come back to after paying, of an origin that RETURN_URL_ORIGINS names. `{CHECKOUT_SESSION_ID}` is replaced.',
    example: 'http://localhost:5173/thanks',
  })
  success_url?: string;

  @TextField({
    min: 1,
    max: MAX_URL,
    presence: 'optional',
    description: 'Where to come back to without having paid.',
    example: 'http://localhost:5173/pricing',
  })
  cancel_url?: string;

  @TextField({
    min: 1,
    max: 255,
    presence: 'optional',
    description: 'One of the prices that are Pro; without it the first one.',
    example: 'price_sandbox_pro_monthly',
  })
  price_id?: string;
}

export class CheckoutDto {
  @ApiProperty({
    format: 'uri',
    description: 'Send the person there.',
    example: 'https://checkout.stripe.com/c/pay/cs_test_a1',
  })
  checkout_url!: string;

  @ApiProperty({ example: 'cs_test_a1' })
  session_id!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Until when it can be paid.',
    example: '2026-11-21T09:00:00.000Z',
  })
  expires_at!: string;
}

export const toCheckout = ({ sessionId, url, expiresAt }: CheckoutSession): CheckoutDto => ({
  checkout_url: url,
  session_id: sessionId,
  expires_at: expiresAt.toISOString(),
});

export class PortalInputDto {
  @TextField({
    min: 1,
    max: MAX_URL,
    presence: 'optional',
    description: 'Where to come back to, of an origin that RETURN_URL_ORIGINS names.',
    example: 'http://localhost:5173/account',
  })
  return_url?: string;
}

export class PortalDto {
  @ApiProperty({
    format: 'uri',
    description: 'Send the person there, soon: it works for minutes.',
    example: 'https://billing.stripe.com/p/session/test_a1',
  })
  url!: string;
}
