// Plain JavaScript on the compiled tree: Jest loads a global set-up outside its ESM support.
export default async function globalSetup(_, { globals }) {
  const { startServers } = await import('../../dist/test/support/servers.js');
  await startServers({ redis: globals.TEST_BACKEND === 'redis' });
}
