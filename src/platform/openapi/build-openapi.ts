import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { VERSION } from '../version.js';
import type { ApiDocument } from './api-document.js';
import { finishDocument } from './finish-document.js';
import { ProblemDto } from './problem.dto.js';

/** Tags, in reading order. */
export const TAGS: [string, string][] = [
  ['Auth', 'Sign in with a mobile number and a one-time code; sessions and passwords.'],
  ['User', 'The signed-in user: profile, usage, models.'],
  ['Chatroom', 'Rooms: create, list, rename, pin, archive, delete.'],
  ['Message', 'Send a message, read the answer, page through the history.'],
  ['Subscription', 'Pro through Stripe.'],
  ['Webhook', 'The routes that Stripe calls.'],
  [
    'Admin',
    'For operators (`npm run admin:grant`): accounts, replies, billing, the audit log. All other users get 404.',
  ],
  ['Health', 'For load balancers and orchestrators.'],
  ['Sandbox', 'Only with a sandbox: sent codes, the clock, scripts for the model.'],
];

const DESCRIPTION = `A Gemini-style chat for your app: sign in by mobile number and code, keep chatrooms, send messages that a language model answers in the background.

**Errors** are \`application/problem+json\`; switch on \`code\`. Refresh on \`token_expired\` only.
**Growth**: fields, codes and enum values may be added at any time; ignore unknown ones.
**Request ids**: send \`X-Request-Id\` (8 to 128 of \`A-Z a-z 0-9 . _ : -\`) or read it from the response; it is in every log line. An id of another form is replaced.`;

/**
 * Builds the OpenAPI 3.1 document from the decorators. It needs no running product, only an application in preview mode.
 */
export function buildOpenApi(app: INestApplication): ApiDocument {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Chat backend')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'The `access_token` of POST /auth/verify-otp; outside `/auth/*` also a token of an issuer in AUTH_TRUSTED_ISSUERS.',
    });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const draft = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
    extraModels: [ProblemDto],
  });
  return finishDocument(draft as unknown as ApiDocument);
}
