import { createServer, type AddressInfo } from 'node:net';
import { newDatabase, TEST_ENVIRONMENT } from '../support/processes.js';
import { runProgram } from '../support/product.js';
import { ADMIN_URL } from '../support/servers.js';

const SECRET = 'only-for-tests-0123456789abcdef0123456789abcdef';

describe('a refused start', () => {
  it('names every bad variable at once and no value', async () => {
    const { code, output } = await runProgram('main', {
      PORT: 'not-a-port-4711',
      OTP_LENGTH: '99',
      JWT_SECRET: 'tooshort-4711',
    });
    expect(code).toBe(78);
    for (const name of ['PORT', 'OTP_LENGTH', 'JWT_SECRET']) expect(output).toContain(name);
    expect(output).not.toContain('4711');
  });

  it('HOST=0.0.0.0 with a sandbox is refused', async () => {
    const { code, output } = await runProgram('main', {
      HOST: '0.0.0.0',
      JWT_SECRET: SECRET,
      DATABASE_URL: await newDatabase(),
    });
    expect([code, output]).toEqual([
      78,
      expect.stringContaining('HOST: must be loopback while a sandbox is on'),
    ]);
  });

  it('production requires each provider and refuses a sandbox', async () => {
    const { code, output } = await runProgram('main', { NODE_ENV: 'production' });
    expect(code).toBe(78);
    for (const name of ['APP_URL', 'DATABASE_URL', 'JWT_SECRET', 'OTP_DELIVERY', 'GEMINI_API_KEY', 'BILLING'])
      expect(output).toContain(name);
  });

  it('a port in use is named with what to do, and nothing keeps running', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, output } = await runProgram('main', {
      PORT: String(port),
      JWT_SECRET: SECRET,
      DATABASE_URL: await newDatabase(),
    });
    blocker.close();
    expect([code, output]).toEqual([1, expect.stringContaining(`Port ${port} is in use`)]);
    expect(output).not.toContain('    at ');
  });

  it('a database without tables is named with the migrate command', async () => {
    const url = new URL(await newDatabase());
    url.pathname = '/postgres';
    const { code, output } = await runProgram('main', {
      PORT: '0',
      JWT_SECRET: SECRET,
      DATABASE_URL: url.href,
    });
    expect([code, output]).toEqual([1, expect.stringContaining('npm run migrate')]);
  });
});

describe('a failed start says what to do, without a stack or a secret', () => {
  it('a worker without a database of its own', async () => {
    const { code, output } = await runProgram('worker', TEST_ENVIRONMENT);
    expect([code, output]).toEqual([78, expect.stringContaining('DATABASE_URL: is required for a worker')]);
  });

  it.each([
    ['no such database', (url: URL) => (url.pathname = '/nowhere'), 'does not exist'],
    ['a wrong password', (url: URL) => (url.password = 'sesame'), 'refuses the user or password'],
  ])('%s', async (_, spoil, message) => {
    const url = new URL(process.env[ADMIN_URL]!);
    spoil(url);
    const { code, output } = await runProgram('main', { ...TEST_ENVIRONMENT, DATABASE_URL: url.href });
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    expect(output).not.toContain('sesame');
    expect(output).not.toMatch(/\n\s+at /);
  });
});
