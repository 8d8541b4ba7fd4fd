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
      'Address to return to after the payment; its origin must be listed in RETURN_URL_ORIGINS. Stripe replaces `{CHECKOUT_SESSION_ID}` by the session’s id.',
    example: 'http://localhost:5173/thanks',
  })
  success_url?: string;

  @TextField({
    min: 1,
    max: MAX_URL,
    presence: 'optional',
    description:
      'Address to return to when the checkout is cancelled; its origin must be listed in RETURN_URL_ORIGINS.',
    example: 'http://localhost:5173/pricing',
  })
  cancel_url?: string;

  @TextField({
    min: 1,
    max: 255,
    presence: 'optional',
    description: 'A Stripe price listed in STRIPE_PRICE_PRO_ID. Default: the first one.',
    example: 'price_sandbox_pro_monthly',
  })
  price_id?: string;
}

export class CheckoutDto {
  @ApiProperty({
    format: 'uri',
    description: 'Stripe’s checkout page. Open it in the user’s browser.',
    example: 'https://checkout.stripe.com/c/pay/cs_test_a1',
  })
  checkout_url!: string;

  @ApiProperty({ example: 'cs_test_a1' })
  session_id!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Time at which the page expires.',
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
    description: 'Address to return to; its origin must be listed in RETURN_URL_ORIGINS.',
    example: 'http://localhost:5173/account',
  })
  return_url?: string;
}

export class PortalDto {
  @ApiProperty({
    format: 'uri',
    description:
      'Stripe’s customer portal for this user. Open it in the user’s browser at once: the link expires after minutes.',
    example: 'https://billing.stripe.com/p/session/test_a1',
  })
  url!: string;
}
