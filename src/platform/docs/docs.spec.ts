import { jest } from '@jest/globals';
import { documentResources } from './docs.js';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'T', version: '1.0.0' },
  paths: {},
  components: {},
};

it('the document is built once, at the first request of any form', async () => {
  const build = jest.fn(() => DOCUMENT as never);
  const resources = Object.values(documentResources(build));
  expect(build).not.toHaveBeenCalled();
  for (const coding of ['br', 'identity', 'gzip', 'br'] as const)
    await Promise.all(resources.map(({ bytes }) => bytes.in(coding)));
  expect(resources).toHaveLength(3);
  expect(build).toHaveBeenCalledTimes(1);
});
