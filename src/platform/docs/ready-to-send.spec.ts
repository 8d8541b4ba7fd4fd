import { makeReadyToSend } from './ready-to-send.js';

it('what Swagger UI would fill in by itself can be sent as it is', () => {
  const example = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';
  const document = {
    paths: {
      '/a/{id}': {
        post: {
          parameters: [
            { name: 'id', required: true, description: 'Of the room.', example, schema: {} },
            { name: 'cursor', description: 'Where to go on.', example: 'eyJ', schema: { type: 'string' } },
            { name: 'archived', description: 'Which.', schema: { enum: ['true', 'all'], example: 'all' } },
            { $ref: '#/components/parameters/Key' },
          ],
          requestBody: {
            content: { 'application/json': { example: { otp: '1', challenge_id: 'x', price_id: 'y' } } },
          },
        },
      },
    },
    components: { parameters: { Key: { name: 'Key', schema: { type: 'integer', example: 3 } } } },
  };
  makeReadyToSend(document);
  expect(document).toEqual({
    paths: {
      '/a/{id}': {
        post: {
          parameters: [
            { name: 'id', required: true, description: 'Of the room.', example, schema: {} },
            { name: 'cursor', description: 'Where to go on. Example: `eyJ`.', schema: { type: 'string' } },
            { name: 'archived', description: 'Which.', schema: { enum: ['true', 'all'] } },
            { $ref: '#/components/parameters/Key' },
          ],
          requestBody: { content: { 'application/json': { example: { otp: '1' } } } },
        },
      },
    },
    components: {
      parameters: { Key: { name: 'Key', description: 'Example: `3`.', schema: { type: 'integer' } } },
    },
  });
});
