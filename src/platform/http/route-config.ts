import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/** Adds to the Fastify config of a route. Nest's own `RouteConfig` replaces the config of an earlier decorator. */
export const AddRouteConfig =
  (config: Partial<FastifyContextConfig>): MethodDecorator =>
  (target, property, descriptor) => {
    const said = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
      Partial<FastifyContextConfig> | undefined;
    RouteConfig({ ...said, ...config })(target, property, descriptor);
  };
