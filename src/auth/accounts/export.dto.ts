import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** A list of objects whose fields are those of the database, or of the route that shows them. */
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

/** Everything that is kept of a person. New sections may come; those of features that are off are left out. */
export class ExportDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  exported_at!: string;

  @Section('The account, as GET /user/me has it, and until when it is Pro.')
  account!: object[];

  @Section('Who you are to an issuer whose tokens are taken.', {
    example: [{ issuer: 'https://id.example.com/', subject: 'a1b2', created_at: '2026-11-20T09:00:00.000Z' }],
  })
  identities!: object[];

  @Section('Where and when you signed in.')
  sessions!: object[];

  @Section('When you signed in from each of your networks. Which ones, is kept as a hash alone.', {
    example: [{ first_seen_at: '2026-11-20T09:00:00.000Z', last_seen_at: '2026-11-21T08:00:00.000Z' }],
  })
  sign_in_networks!: object[];

  @Section('Codes that were sent within the last hour; not what they said.')
  codes!: object[];

  @Section('Your rooms.')
  chatrooms!: object[];

  @Section('Every message and reply, room by room.')
  messages!: object[];

  @Section('Idempotency-Keys of the last day.')
  idempotency_keys!: object[];

  @Section('Is your cached list to be doubted, and since when?')
  list_cache_bypass!: object[];

  @Section('Messages a day. Stays after the account, under a keyed hash of the number.', {
    example: [{ day: '2026-11-20', used: 3, refunded: 0 }],
  })
  daily_usage!: object[];

  @Section('You at Stripe.', { required: false })
  billing_account?: object[];

  @Section('Your subscriptions.', { required: false })
  subscriptions?: object[];

  @Section('Pages to pay on that you asked for.', { required: false })
  checkout_sessions?: object[];

  @Section('Operators who opened one of your rooms to read it: for what reason, and when they read.')
  operator_access!: object[];
}
