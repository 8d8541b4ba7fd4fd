import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

const YEAR_SECONDS = 366 * 24 * 3600;

export class AdvanceClockDto {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: YEAR_SECONDS,
    description: 'Seconds to move the clock forward.',
    example: 86400,
  })
  @Max(YEAR_SECONDS)
  @Min(0)
  @IsInt()
  advance_seconds!: number;
}

export class ClockDto {
  @ApiProperty({ format: 'date-time', description: 'What time the product takes it to be now.' })
  now!: string;
}
