import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiModule } from '../../src/app/app.module.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { sandboxParts } from '../../src/sandbox/sandbox-parts.js';

/**
 * Builds the API's modules in Nest's preview mode, without instances or connections and with every sandbox on: enough to
 * read the routes in a second, without a database. Independent of the machine's environment.
 */
export async function previewApi(): Promise<INestApplication> {
  const config = loadConfig({}, { embeddedSecret: () => 'unused in a preview of the modules' });
  // Null: the Gemini sandbox has no routes below /sandbox.
  const databaseUrl = 'postgres://preview.invalid/none';
  const sandbox = sandboxParts(['sms', 'billing'], databaseUrl);
  return NestFactory.create(ApiModule.forRoot({ config, sandbox, databaseUrl }), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  });
}
