import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** A year and a day: a month can be compared with that of the year before. */
const MAX_DAYS = 366;
const DEFAULT_DAYS = 30;

const Count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', description, example });
const Counts = (description: string, example: Record<string, number>): PropertyDecorator =>
  ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description, example });
const Cost = (description: string): PropertyDecorator =>
  ApiProperty({ type: Number, nullable: true, description, example: 1.25 });

export class FirstTextDto {
  @Count('Replies with a text.', 118)
  count!: number;

  @Count('Half of them began within this time, in milliseconds.', 640)
  p50_ms!: number;

  @Count('95 % of them began within this time, in milliseconds.', 1900)
  p95_ms!: number;
}

export class ModelFiguresDto {
  @ApiProperty({ example: 'gemini' })
  provider!: string;

  @ApiProperty({ example: 'gemini-flash-latest' })
  model!: string;

  @Count('Tokens of prompts, cached ones included.', 412_000)
  prompt_tokens!: number;

  @Count('Tokens of answers.', 96_000)
  output_tokens!: number;

  @Count('Tokens of thoughts.', 0)
  thought_tokens!: number;

  @Count('Tokens of prompts that the provider had cached.', 51_000)
  cached_tokens!: number;

  @Cost('What the tokens cost by LLM_PRICES as it is now; null: the model has no price.')
  cost!: number | null;
}

/** What was counted. A process adds its counts every ten seconds. */
export class FiguresDto {
  @Count('Messages that were accepted.', 120)
  messages!: number;

  @Counts('Replies that ended, by state; states without replies are left out.', { completed: 116, failed: 2 })
  replies!: Record<string, number>;

  @Counts('Failed replies by `error.code`.', { model_timeout: 2 })
  failures!: Record<string, number>;

  @Counts('Requests that a limit refused (429), by `code`.', { daily_limit_reached: 7 })
  refusals!: Record<string, number>;

  @ApiProperty({
    type: FirstTextDto,
    nullable: true,
    description: 'Time from the slot of a reply until its first text; null: none had a text.',
  })
  first_text!: FirstTextDto | null;

  @ApiProperty({ type: [ModelFiguresDto], description: 'Tokens and cost by model.' })
  models!: ModelFiguresDto[];

  @Cost('The sum of the costs that are known.')
  cost!: number | null;

  @Count('New accounts.', 14)
  sign_ups!: number;

  @Count('Accounts that became Pro, by a payment or a grant.', 3)
  pro_gained!: number;

  @Count('Accounts that left Pro: it ran out, ended, was refunded, or the account was deleted.', 1)
  pro_lost!: number;
}

/** The figures of a day. */
export class AdminDayDto extends FiguresDto {
  @ApiProperty({ format: 'date', example: '2026-11-29', description: 'The day in `time_zone`.' })
  day!: string;
}

export class AdminStatsDto {
  @ApiProperty({ type: [AdminDayDto], description: 'Each of the days, the oldest first.' })
  data!: AdminDayDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Always null: there is one page.',
    example: null,
  })
  next_cursor!: string | null;

  @ApiProperty({ type: FiguresDto, description: 'All days together.' })
  total!: FiguresDto;

  @ApiProperty({ description: 'The zone of the days: QUOTA_TIME_ZONE.', example: 'UTC' })
  time_zone!: string;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The first day that was counted; null: nothing has been counted.',
    example: '2026-05-01',
  })
  counted_since!: string | null;

  @Count('Accounts with Pro now.', 85)
  pro_users!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Accounts that became Pro in these days, per new account; null: there is no new account.',
    example: 0.214,
  })
  conversion!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Accounts that left Pro in these days, per account that had Pro before the first of them; null: none had.',
    example: 0.012,
  })
  churn!: number | null;
}

export class StatsQuery {
  @ApiPropertyOptional({
    description: 'The number of days, today included.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_DAYS,
    default: DEFAULT_DAYS,
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  )
  @IsInt({ message: 'days must be a whole number.' })
  @Max(MAX_DAYS, { message: `days is at most ${MAX_DAYS}.` })
  @Min(1, { message: 'days is at least 1.' })
  days: number = DEFAULT_DAYS;
}
