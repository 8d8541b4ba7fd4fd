import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** A list of objects with the fields of the database, or of the route that shows them. */
const Section = (
  description: string,
  { example = [], required = true }: { example?: object[]; required?: boolean } = {},
): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'object', additionalProperties: true },
      description,
      example,
      required,
    }),
  );

/** All stored data of a user. Sections may be added; sections of disabled features are left out. */
export class ExportDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  exported_at!: string;

  @Section('The account as GET /user/me returns it, with the end of Pro.')
  account!: object[];

  @Section('Your identities at trusted issuers.', {
    example: [{ issuer: 'https://id.example.com/', subject: 'a1b2', created_at: '2026-11-20T09:00:00.000Z' }],
  })
  identities!: object[];

  @Section('Your sessions, with time, device and address.')
  sessions!: object[];

  @Section(
    'Times of the sign-ins from each of your networks. The networks themselves are stored only as hashes.',
    {
      example: [{ first_seen_at: '2026-11-20T09:00:00.000Z', last_seen_at: '2026-11-21T08:00:00.000Z' }],
    },
  )
  sign_in_networks!: object[];

  @Section('Codes requested within the last hour, without the codes themselves.')
  codes!: object[];

  @Section('Your rooms.')
  chatrooms!: object[];

  @Section('Every message and reply, room by room.')
  messages!: object[];

  @Section('Idempotency-Keys of the last day.')
  idempotency_keys!: object[];

  @Section('Whether your cached list of rooms is bypassed, and since when.')
  list_cache_bypass!: object[];

  @Section('Messages per day. Remains after the account is deleted, under a keyed hash of the number.', {
    example: [{ day: '2026-11-20', used: 3, refunded: 0 }],
  })
  daily_usage!: object[];

  @Section('Your account at Stripe.', { required: false })
  billing_account?: object[];

  @Section('Your subscriptions.', { required: false })
  subscriptions?: object[];

  @Section('Checkout pages that you opened.', { required: false })
  checkout_sessions?: object[];

  @Section(
    'Events about you that were sent to the app’s server, for a week after their delivery, and those that wait. Ids and states only.',
  )
  outgoing_events!: object[];

  @Section('Operators who read one of your rooms, with reason and times.')
  operator_access!: object[];
}
