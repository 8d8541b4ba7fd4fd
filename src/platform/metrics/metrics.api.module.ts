import { Module } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';

/** `GET /metrics` on the API. */
@Module({ controllers: [MetricsController] })
export class MetricsApiModule {}
