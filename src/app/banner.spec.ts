import { loadConfig } from '../platform/config/config.js';
import { banner } from './banner.js';

const URL = 'http://localhost:3000';
const bannerWith = (environment: Record<string, string>, hasConsole: boolean): string =>
  banner(loadConfig({ NODE_ENV: 'test', ...environment }, { embeddedSecret: () => 's'.repeat(32) }), {
    url: URL,
    hasConsole,
    database: 'PostgreSQL',
  });

it('names the address of the console, says that it is not built, and is silent about one that is off', () => {
  expect(bannerWith({}, true)).toContain(`Console     ${URL}/\n`);
  expect(bannerWith({}, false)).toContain('Console     not built (npm run build)');
  expect(bannerWith({ CONSOLE: 'off' }, false)).not.toContain('Console');
});
