import type { Config } from '../config/config.js';
import { escapeHtml, inlineCode } from './html.js';
import { sandboxSection } from './sandbox-section.js';
import { PRODUCT_NAME, shellPage } from './shell.js';

/** Where a client of this API goes next, by the name that the JSON index gives it. */
function paths({ docs, sandbox }: Config): Record<string, string> {
  return {
    ...(docs && { docs: '/docs', scalar: '/scalar', openapi: '/docs-json' }),
    errors: '/docs/errors',
    health: '/health/ready',
    ...(sandbox.providers.includes('sms') && { sms_inbox: '/sandbox/sms' }),
  };
}

/** The index for programs. */
export const indexJson = (config: Config): string =>
  JSON.stringify({ name: PRODUCT_NAME, ...paths(config), sandbox: config.sandbox.providers });

/** The index for people. @param address of this API, without a trailing slash */
export function indexPage(config: Config, address: string): string {
  return shellPage(config, {
    path: '/',
    title: PRODUCT_NAME,
    main: `<h1>${PRODUCT_NAME}</h1>
<p class="lead">A Gemini-style chat for your app: people sign in with their mobile number, open a room, send a message, and a language model answers, streamed and resumable.</p>
<h2>What to click next</h2>
<ul class="cards">
${cards(config).map(card).join('\n')}
</ul>
${firstRequest(config, address)}
${sandboxSection(config)}
${addresses(config)}`,
  });
}

interface Card {
  title: string;
  /** Without one the card only tells. */
  href?: string;
  /** Sets code in backticks. */
  text: string;
}

function cards({ docs }: Config): Card[] {
  const reference: Card[] = [
    {
      title: 'Try it in Swagger UI',
      href: '/docs',
      text: 'Every route with a form. A tour leads from the first code to a reply in a few clicks.',
    },
    {
      title: 'Read it in Scalar',
      href: '/scalar',
      text: 'The same reference as a document to read, with request samples.',
    },
  ];
  return [
    ...(docs ? reference : []),
    {
      title: 'Run it in Postman',
      text: 'Import `postman/collection.json` of the repository, or open `postman/chat.http` in an editor.',
    },
    {
      title: 'Look up an error',
      href: '/docs/errors',
      text: 'Every code by status, with its example and what a client does about it.',
    },
  ];
}

function card({ title, href, text }: Card): string {
  const name = href === undefined ? title : `<a href="${href}">${title}</a>`;
  return `<li class="card"><h3>${name}</h3><p>${inlineCode(text)}</p></li>`;
}

/** The request that needs nothing before it. */
function firstRequest({ otp }: Config, address: string): string {
  const isShown = otp.delivery === 'sandbox';
  const command = `curl ${address}/auth/send-otp \\
  -H 'Content-Type: application/json' \\
  -d '{"mobile_number": "${isShown ? '+919876543210' : '<your number, +…>'}"}'`;
  const next = isShown
    ? 'On this machine the answer shows the code as `otp`.'
    : 'The code arrives as a text message.';
  return `<h2 id="first-request">Your first request</h2>
<p>${inlineCode(`It asks for a one-time code. ${next} Send code and \`challenge_id\` to \`POST /auth/verify-otp\` for an access token. One click selects the command.`)}</p>
<pre class="copy" tabindex="0" aria-labelledby="first-request"><code>${escapeHtml(command)}</code></pre>`;
}

/** What programs read. */
function addresses({ docs }: Config): string {
  const documents = `<li class="card"><h3>OpenAPI</h3><p><a href="/docs-json">3.1 JSON</a> · <a href="/docs-yaml">3.1 YAML</a> · <a href="/docs/openapi-3.0.json">3.0.3 JSON</a></p></li>\n`;
  return `<h2>For programs</h2>
<ul class="cards">
${docs ? documents : ''}<li class="card"><h3>Health</h3><p><a href="/health/ready">Ready to serve</a> · <a href="/health/live">Process alive</a></p></li>
</ul>`;
}
