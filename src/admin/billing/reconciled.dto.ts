import { ApiProperty } from '@nestjs/swagger';
import { SubscriptionStatusDto } from '../../billing/subscription/subscription.dto.js';

/** A field in which the stored state differed from Stripe’s. */
export class DriftDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Stripe’s id of the subscription; null: the account.',
    example: 'sub_1QyZ',
  })
  subscription_id!: string | null;

  @ApiProperty({
    description:
      'A field of `GET /admin/api/subscriptions`; of the account `tier` or `tier_ends_at`. Values may be added.',
    example: 'status',
  })
  field!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What was stored, as text; null: no value.',
    example: 'past_due',
  })
  before!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What Stripe has, and what is stored now.',
    example: 'active',
  })
  after!: string | null;
}

/** The state after a sync, and what the sync has corrected. */
export class ReconciledDto extends SubscriptionStatusDto {
  @ApiProperty({
    type: [DriftDto],
    description:
      'The fields in which the stored state differed from Stripe’s; empty: none did. The tier also follows operators’ grants.',
  })
  drift!: DriftDto[];
}
