import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { CheckState, Health } from './readiness.js';

const STATES = ['up', 'down'] as const;

export class LiveDto {
  @ApiProperty({ enum: ['live'], example: 'live' })
  status!: 'live';
}

export class HealthChecksDto {
  @ApiProperty({ enum: STATES, example: 'up' })
  database!: CheckState;

  @ApiProperty({ enum: STATES, example: 'up', description: 'The job queue, in PostgreSQL or Redis.' })
  queue!: CheckState;

  @ApiPropertyOptional({ enum: STATES, example: 'up', description: 'Only where Redis is configured.' })
  redis?: CheckState;

  @ApiProperty({
    enum: STATES,
    example: 'up',
    description: 'The bus, which carries events between processes.',
  })
  bus!: CheckState;
}

export class HealthDto {
  @ApiProperty({
    enum: ['ready', 'degraded'],
    example: 'ready',
    description:
      '`degraded`: the process serves requests, but Redis or the bus is down. New values may be added.',
  })
  status!: Health['status'];

  @ApiProperty({ type: HealthChecksDto })
  checks!: HealthChecksDto;
}
