import { bundlePrograms } from '../../scripts/bundle.js';
import { programOf } from './requirements.js';

// Plain JavaScript on the compiled tree, because Jest loads a global set-up outside its ESM support. Jest runs it once
// for all projects, with the configuration of the first, so Redis is started whenever it is installed.
export default async function globalSetup() {
  const { startServers } = await import('../../dist/test/support/start-servers.js');
  // Also without a build, because a mutant is compiled alone.
  await Promise.all([startServers({ redis: programOf('redis-server') !== undefined }), bundlePrograms()]);
  // Passed to the test files, which run in other processes.
  process.env.TEST_CHROMIUM = programOf('Chromium') ?? '';
}
