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
    summary: 'Liveness: the process runs',
    description: 'Restart the process when this does not respond. No dependency is checked.',
    access: 'open',
    success: { status: 200, description: 'The process runs.', type: LiveDto },
  })
  getLiveness(): LiveDto {
    return { status: 'live' };
  }

  @Get('ready')
  @RouteConfig({ quiet: true })
  @Operation({
    summary: 'Readiness: the process can serve requests',
    description:
      'Checks each dependency, for at most a second; requests within half a second share the result. 503 while the process stops or the database is down.',
    access: 'open',
    success: { status: 200, description: 'The process can serve requests.', type: HealthDto },
  })
  getReadiness(): Promise<HealthDto> {
    return this.readiness.look();
  }
}
