export default async function globalTeardown() {
  const { stopServers } = await import('../../dist/test/support/servers.js');
  await stopServers();
}
