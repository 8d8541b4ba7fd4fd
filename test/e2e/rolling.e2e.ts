import { randomBytes } from 'node:crypto';
import { Agent, get } from 'node:http';
import type { Answer } from '../support/client.js';
import { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { newMobile } from '../support/people.js';
import { Traffic } from '../support/traffic.js';

/** Three rolling restarts, on a machine whose cores are busy with other tests. */
const ROTATION_MS = 360_000;

describe('two API processes and two workers behind a load balancer, under load', () => {
  let deployment: Deployment;
  beforeEach(async () => {
    deployment = await Deployment.start();
  });
  afterEach(() => deployment?.close());

  it('a restart of each process in turn fails no request, and open streams move to another process', async () => {
    const traffic = await Traffic.on(deployment.entrance);
    await eventually(() => traffic.answered.length > 8);
    await deployment.roll();
    const before = traffic.answered.length;
    await eventually(() => traffic.answered.length > before + 8);
    await traffic.stop();
    expect([traffic.failures, deployment.proxy.failures]).toEqual([[], []]);
    expect(traffic.moved).toBeGreaterThan(0);
    expect(deployment.log).not.toContain('"level":"fatal"');
  });

  it(
    'JWT_SECRET is rotated in three rolling restarts, which fail no request and end no session',
    async () => {
      const [old, next] = [deployment.entrance.jwtSecret, randomBytes(48).toString('base64url')];
      const traffic = await Traffic.on(deployment.entrance);
      const session = new Session(deployment);
      await session.signIn();
      // Every process knows the new secret before one of them signs with it.
      deployment.configure({ JWT_PREVIOUS_SECRETS: next });
      await session.during(() => deployment.roll());
      deployment.configure({ JWT_SECRET: next, JWT_PREVIOUS_SECRETS: old });
      await session.during(() => deployment.roll());
      // Tokens of the old secret are given up with it.
      await traffic.stop();
      expect([traffic.failures, deployment.proxy.failures]).toEqual([[], []]);
      deployment.entrance.jwtSecret = next;
      const later = await Traffic.on(deployment.entrance);
      deployment.configure({ JWT_PREVIOUS_SECRETS: '' });
      await session.during(() => deployment.roll());
      await later.stop();
      expect([later.failures, deployment.proxy.failures]).toEqual([[], []]);
      expect(session.refreshed).toBeGreaterThan(10);
    },
    ROTATION_MS,
  );

  it('a draining process closes each connection with its response, while it still serves', async () => {
    const [api] = deployment.apis;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<{ connection: string | undefined; isReused: boolean }>((resolve, reject) => {
        const asked = get(`${api!.url}/health/live`, { agent }, (response) =>
          response
            .resume()
            .once('end', () =>
              resolve({ connection: response.headers.connection, isReused: asked.reusedSocket }),
            ),
        ).once('error', reject);
      });
    await ask();
    expect(await ask()).toEqual({ connection: 'keep-alive', isReused: true });
    const ended = api!.end('SIGTERM');
    await eventually(async () => (await api!.client.get('/health/ready')).status === 503);
    expect(await ask()).toEqual({ connection: 'close', isReused: true });
    expect(await ask()).toEqual({ connection: 'close', isReused: false });
    expect(await ended).toBe(0);
    agent.destroy();
  });
});

/** A user who signed in by SMS and refreshes the tokens again and again, each time at another process. */
class Session {
  refreshed = 0;
  private refreshToken = '';

  constructor(private readonly on: Deployment) {}

  async signIn(): Promise<void> {
    const { client } = this.on.entrance;
    const mobile_number = newMobile();
    const { challenge_id } = (await client.post('/auth/send-otp', { mobile_number })).body;
    const otp = await this.on.sms.codeFor(mobile_number);
    const { status, body } = await client.post('/auth/verify-otp', { mobile_number, otp, challenge_id });
    expect(status).toBe(200);
    this.refreshToken = body.refresh_token;
  }

  /** Refreshes until the action has ended, and uses each access token at another process. */
  async during(action: () => Promise<void>): Promise<void> {
    const running = { hasEnded: false };
    const acting = action().finally(() => (running.hasEnded = true));
    while (!running.hasEnded) await this.refresh();
    await acting;
  }

  private async refresh(): Promise<void> {
    const { client } = this.on.entrance;
    const { body } = this.succeeded(await client.post('/auth/refresh', { refresh_token: this.refreshToken }));
    this.succeeded(await client.as(body.access_token).get('/user/me'));
    this.refreshToken = body.refresh_token;
    this.refreshed += 1;
  }

  /** @throws with what the processes logged about the request */
  private succeeded(answer: Answer): Answer {
    if (answer.status === 200) return answer;
    const id = answer.headers.get('x-request-id')!;
    const lines = this.on.log.split('\n').filter((line) => line.includes(id));
    throw new Error(`${answer.status} ${answer.text}\n${lines.join('\n')}`);
  }
}
