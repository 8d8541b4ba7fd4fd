export default async function globalTeardown() {
  const { stopServers } = await import('../../dist/test/support/start-servers.js');
  await stopServers();
}
