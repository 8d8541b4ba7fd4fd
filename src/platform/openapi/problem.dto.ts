import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FIELD_PROBLEMS, PROBLEMS } from '../problem/problem-table.js';

/** The error of one field. */
export class FieldProblemDto {
  @ApiProperty({ description: 'The field, header or parameter.', example: 'mobile_number' })
  field!: string;

  @ApiProperty({
    description: 'Stable code (docs/errors.md). Codes may be added.',
    example: 'invalid_number',
    enum: Object.keys(FIELD_PROBLEMS),
  })
  code!: string;

  @ApiProperty({ description: 'The same in words.', example: 'Not a valid mobile number.' })
  message!: string;
}

/** An error, in the form of RFC 9457. */
export class ProblemDto {
  @ApiProperty({ description: 'Page that explains the code.', format: 'uri-reference' })
  type!: string;

  @ApiProperty({ description: 'The code in words.' })
  title!: string;

  @ApiProperty({ type: 'integer', description: 'HTTP status.' })
  status!: number;

  @ApiProperty({ description: 'What happened, and how to fix it.' })
  detail!: string;

  @ApiProperty({
    description: 'Stable code: switch on this. Codes may be added; handle an unknown code by its status.',
    enum: Object.keys(PROBLEMS),
  })
  code!: string;

  @ApiProperty({ description: 'Path of the request, without its query.' })
  instance!: string;

  @ApiProperty({ description: 'Id of the request, as in X-Request-Id and in the log.' })
  request_id!: string;

  @ApiPropertyOptional({
    type: [FieldProblemDto],
    description: 'With `validation_failed`: the invalid fields.',
  })
  errors?: FieldProblemDto[];

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    description: 'With `daily_limit_reached`: messages a day.',
  })
  limit?: number | null;

  @ApiPropertyOptional({ type: 'integer', description: 'With `daily_limit_reached`: messages used today.' })
  used?: number;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'With `daily_limit_reached`: when the next day starts.',
  })
  resets_at?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'With `daily_limit_reached`: the route that lifts the limit.',
  })
  upgrade?: string | null;

  @ApiPropertyOptional({
    description: 'With `already_subscribed`: the route that opens the subscription’s management.',
  })
  manage?: string;

  @ApiPropertyOptional({
    description: 'With `billing_refused`: Stripe’s reason. Reasons may be added.',
    example: 'currency_mismatch',
  })
  reason?: string;
}
