import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { loadConfig } from '../config/config.js';
import { FIELD_PROBLEMS, PROBLEMS, type ProblemCode } from '../problem/problem-table.js';
import { problemExample } from '../openapi/problem-examples.js';
import { errorsPage } from './errors-page.js';
import { escapeHtml, htmlPage, inlineCode } from './html.js';
import { indexJson, indexPage } from './index-page.js';
import { SHELL_POLICY, shellPage } from './shell.js';

const ADDRESS = 'https://api.example.com';
const CODES = Object.keys(PROBLEMS) as ProblemCode[];

const config = (env: Record<string, string> = {}) =>
  loadConfig({ NODE_ENV: 'test', ...env }, { embeddedSecret: () => 's'.repeat(32) });
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!);
const textOf = (html: string) =>
  html.replace(/<[^>]+>/g, '').replace(/&(quot|#39|lt|gt|amp);/g, (_, name: string) => ENTITIES[name]!);
const ENTITIES: Record<string, string> = { quot: '"', '#39': "'", lt: '<', gt: '>', amp: '&' };

const NO_SANDBOX = {
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.example.com/send',
  SMS_WEBHOOK_SECRET: 's'.repeat(32),
  GEMINI_API_KEY: 'k'.repeat(39),
  BILLING: 'off',
};

describe('the page of errors', () => {
  const page = errorsPage(config(), ADDRESS);
  const sections = page.split('<section ').slice(1);
  const sectionOf = (status: number) =>
    sections.find((section) => section.startsWith(`aria-labelledby="status-${status}"`))!;
  const articleOf = (code: ProblemCode) =>
    sectionOf(PROBLEMS[code].status)
      .split('<article ')
      .find((article) => article.startsWith(`class="problem" id="${code}"`))!;

  it.each(CODES)(
    '%s stands under its status with title, meaning, what a client does, and example',
    (code) => {
      const { title, doc, client } = PROBLEMS[code];
      const text = textOf(articleOf(code));
      for (const part of [title, doc, client]) expect(text).toContain(part.replaceAll('`', ''));
      const example: unknown = JSON.parse(text.slice(text.indexOf('{\n'), text.lastIndexOf('}') + 1));
      expect(example).toEqual(problemExample(code, ADDRESS));
    },
  );

  it('every status has its reason phrase as a heading, in order, and a place in the table of contents', () => {
    const statuses = [...new Set(CODES.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
    const headings = [...page.matchAll(/<h2 id="status-\d+">(.*?)<\/h2>/g)].map(([, html]) => textOf(html!));
    expect(headings).toEqual(statuses.map((status) => `${status} ${STATUS_CODES[status]}`));
    for (const status of statuses) expect(hrefs(page)).toContain(`#status-${status}`);
  });

  it('every code of a field stands on it, and every anchor that it links is there, once', () => {
    for (const [code, doc] of Object.entries(FIELD_PROBLEMS)) {
      const row = page.split(`<div id="field-${code}">`)[1]!.split('</div>')[0]!;
      expect(textOf(row)).toContain(doc);
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const href of hrefs(page).filter((to) => to.startsWith('#'))) expect(ids).toContain(href.slice(1));
  });
});

describe('the index', () => {
  it('leads to documentation, errors, inbox and health, and names each stand-in', () => {
    const page = indexPage(config(), ADDRESS);
    for (const path of ['/docs', '/scalar', '/docs-json', '/docs/errors', '/sandbox/sms', '/health/ready'])
      expect(hrefs(page)).toContain(path);
    expect(page.match(/>stand-in</g)).toHaveLength(3);
    expect(textOf(page)).toContain(`curl ${ADDRESS}/auth/send-otp`);
  });

  it('links nothing that is off, and says of each world what it is', () => {
    const page = indexPage(config({ ...NO_SANDBOX, DOCS: 'off' }), ADDRESS);
    const inside = new Set(hrefs(page).filter((to) => to.startsWith('/')));
    expect([...inside].sort()).toEqual(['/', '/docs/errors', '/health/live', '/health/ready']);
    expect(page).not.toContain('stand-in<');
    expect(textOf(page)).toContain('There are no routes for payments.');
    expect(textOf(page)).toContain('The code arrives as a text message.');
    expect(hrefs(errorsPage(config({ DOCS: 'off' }), ADDRESS))).not.toContain('/docs');
  });

  it('gives programs the same members as ever', () => {
    expect(indexJson(config())).toBe(
      '{"name":"Chat backend","docs":"/docs","scalar":"/scalar","openapi":"/docs-json","errors":"/docs/errors",' +
        '"health":"/health/ready","sms_inbox":"/sandbox/sms","sandbox":["sms","llm","billing"]}',
    );
  });
});

it.each([
  ['the index', indexPage(config(), ADDRESS)],
  ['the page of errors', errorsPage(config(), ADDRESS)],
])('%s loads nothing from elsewhere, runs nothing, and has the one style its policy names', (_, page) => {
  expect(hrefs(page).filter((to) => !/^(\/(?!\/)|#|data:)/.test(to))).toEqual([]);
  expect(page).not.toMatch(/<script|<img|<iframe|@import|url\(| src=| style=| on\w+="/);
  const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => style!);
  const hashes = styles.map((style) => createHash('sha256').update(style).digest('base64'));
  expect(hashes.map((hash) => `'sha256-${hash}'`)).toEqual([SHELL_POLICY['style-src']]);
});

it('text is escaped, also between backticks and in titles', () => {
  const evil = `<b a="1">'&'</b>`;
  const safe = '&lt;b a=&quot;1&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;';
  expect(escapeHtml(evil)).toBe(safe);
  expect(inlineCode(`a \`${evil}\``)).toBe(`a <code>${safe}</code>`);
  for (const page of [htmlPage(evil, ''), shellPage({ docs: true }, { path: '/x', title: evil, main: '' })])
    expect([page.includes(evil), page.includes(safe)]).toEqual([false, true]);
});
