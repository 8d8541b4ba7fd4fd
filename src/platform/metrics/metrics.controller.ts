import { Controller, Get, Inject } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import { Produces } from '../http/responses/accept.js';
import { AddRouteConfig } from '../http/route-config.js';
import { HttpAnswer } from '../http/responses/http-answer.js';
import { Public } from '../http/principal.js';
import { NoRateLimit } from '../limits/no-rate-limit.decorator.js';
import { METRICS } from './metrics.module.js';
import type { Metrics } from './metrics.js';
import { SCRAPER } from './scraper.js';

/**
 * The route of Prometheus. It exists only for a request that carries METRICS_TOKEN: to the router every other request is
 * one to an unknown path, whatever its method and headers are (scraper.ts). It is no part of the API's document.
 */
@ApiExcludeController()
@NoRateLimit()
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  @Get()
  @Public()
  @RouteConstraints(SCRAPER)
  @Produces('text/plain', 'application/openmetrics-text')
  @AddRouteConfig({ quiet: true })
  async scrape(): Promise<HttpAnswer<string>> {
    const { contentType, text } = await this.metrics.scrape();
    return new HttpAnswer(text, { 'Content-Type': contentType });
  }
}
