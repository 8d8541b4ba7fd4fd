import type { Config } from '../config/config.js';
import { htmlPage } from './html.js';

interface Link {
  path: string;
  what: string;
}

/** What somebody who opens the bare address wants next. */
function links({ docs, sandbox }: Config): Record<string, Link> {
  return {
    ...(docs && {
      docs: { path: '/docs', what: 'Swagger UI: read the API and try it' },
      scalar: { path: '/scalar', what: 'the same, by Scalar' },
      openapi: { path: '/docs-json', what: 'the OpenAPI 3.1 document' },
    }),
    errors: { path: '/docs/errors', what: 'every error code' },
    health: { path: '/health/ready', what: 'is it well?' },
    ...(sandbox.worlds.includes('sms') && {
      sms_inbox: { path: '/sandbox/sms', what: 'codes that the SMS sandbox “sent”' },
    }),
  };
}

/** The index for programs. */
export const indexJson = (config: Config): string =>
  JSON.stringify({
    name: 'Chat backend',
    ...Object.fromEntries(Object.entries(links(config)).map(([name, { path }]) => [name, path])),
    sandbox: config.sandbox.worlds,
  });

/** The index for people. */
export function indexPage(config: Config): string {
  const items = Object.values(links(config)).map(
    ({ path, what }) => `<li><a href="${path}">${path}</a> – ${what}</li>`,
  );
  const { worlds } = config.sandbox;
  const note =
    worlds.length > 0
      ? `<p>A sandbox stands in for: ${worlds.join(', ')}. Nothing leaves this machine for them.</p>`
      : '';
  return htmlPage(
    'Chat backend',
    `<p>A Gemini-style chat for your app: sign in by mobile number, open a room, send a message.</p>
<ul>
${items.join('\n')}
</ul>
${note}`,
  );
}
