import { Controller, Get } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../openapi/operation.decorator.js';
import { NoRateLimit } from '../limits/no-rate-limit.decorator.js';
import { HealthDto, LiveDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('Health')
@NoRateLimit()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @RouteConfig({ quiet: true })
  @Operation({
    summary: 'Is the process up?',
    description: 'Restart it when this does not answer. Asks nothing else.',
    access: 'open',
    success: { status: 200, description: 'It is.', type: LiveDto },
  })
  getLiveness(): LiveDto {
    return { status: 'live' };
  }

  @Get('ready')
  @RouteConfig({ quiet: true })
  @Operation({
    summary: 'May requests be sent here?',
    description:
      'Each thing that it needs is asked, for a second at most; requests within half a second share the answer. 503 while the process stops or the database is down.',
    access: 'open',
    success: { status: 200, description: 'They may.', type: HealthDto },
  })
  getReadiness(): Promise<HealthDto> {
    return this.readiness.look();
  }
}
