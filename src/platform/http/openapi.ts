import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

/** Tags in the order in which people meet them. */
export const TAGS: [string, string][] = [
  ['Auth', 'Sign in with a mobile number and a one-time code; sessions and passwords.'],
  ['User', 'The signed-in person: profile, usage, models.'],
  ['Chatroom', 'Rooms: create, list, rename, pin, archive, delete.'],
  ['Message', 'Send a message, read the answer, page through the history.'],
  ['Subscription', 'Pro through Stripe.'],
  ['Webhook', 'What Stripe calls.'],
  ['Health', 'For load balancers and orchestrators.'],
  ['Sandbox', 'Only with a sandbox on: codes that were sent, the clock, scripts for the model.'],
];

/** Builds the OpenAPI 3.1 document from the decorators. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Chat backend')
    .setDescription(
      'A Gemini-style chat for your app: sign in by mobile number and code, keep chatrooms, send messages that a language model answers in the background. Errors are problem+json; new fields, codes and enum values may come at any time.',
    )
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The `access_token` of POST /auth/verify-otp.',
    });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  return SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
    extraModels: [ProblemDto],
  });
}
