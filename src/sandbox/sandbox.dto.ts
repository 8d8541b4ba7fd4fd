import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsInt, Max, Min } from 'class-validator';
import type { GeminiScript } from '@chat-backend/gemini-sandbox';

const YEAR_SECONDS = 366 * 24 * 3600;

export class AdvanceClockDto {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: YEAR_SECONDS,
    description: 'Seconds by which the clock moves forward.',
    example: 86400,
  })
  @Max(YEAR_SECONDS)
  @Min(0)
  @IsInt({ message: 'advance_seconds must be a whole number.' })
  advance_seconds!: number;
}

export class ClockDto {
  @ApiProperty({ format: 'date-time', description: 'The server’s time now.' })
  now!: string;
}

export class ModelScriptsDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Behaviour of the model for its next requests, used up in this order (docs/sandbox.md).',
    example: [{ outcome: 'http_error', status: 503, times: 2 }, { chunks: ['Hello', ' there'] }],
  })
  @IsArray({ message: 'scripts must be a list.' })
  scripts!: GeminiScript[];
}

export class ModelScriptsTakenDto {
  @ApiProperty({ type: 'integer', description: 'Requests that the remaining scripts apply to.', example: 2 })
  pending!: number;
}
