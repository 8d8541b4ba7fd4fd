import { bundlePrograms } from '../../scripts/bundle.js';
import { programOf } from './requirements.js';

// Plain JavaScript on the compiled tree: Jest loads a global set-up outside its ESM support. It runs this once for all
// projects that name it, with the first one's configuration: so Redis is started whenever it is there.
export default async function globalSetup() {
  const { startServers } = await import('../../dist/test/support/start-servers.js');
  // Also after a run of the build: a mutant is compiled alone.
  await Promise.all([startServers({ redis: programOf('redis-server') !== undefined }), bundlePrograms()]);
  // For the test files: they run in processes of their own.
  process.env.TEST_CHROMIUM = programOf('Chromium') ?? '';
}
