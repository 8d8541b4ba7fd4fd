import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiModule } from '../../src/app/app.module.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { sandboxParts } from '../../src/sandbox/sandbox-parts.js';

/**
 * The API's modules wired but nothing made or connected (Nest's preview mode), every sandbox on: enough to read the
 * routes from, in a second and without a database. Independent of this machine's environment.
 */
export async function previewApi(): Promise<INestApplication> {
  const config = loadConfig({}, { embeddedSecret: () => 'unused in a preview of the modules' });
  // The Gemini sandbox has no routes of its own.
  const databaseUrl = 'postgres://preview.invalid/none';
  const sandbox = sandboxParts(['sms', 'billing'], databaseUrl);
  return NestFactory.create(ApiModule.forRoot({ config, sandbox, databaseUrl }), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  });
}
