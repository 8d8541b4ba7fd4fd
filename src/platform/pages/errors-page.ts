import { STATUS_CODES } from 'node:http';
import type { Config } from '../config/config.js';
import { FIELD_PROBLEMS, PROBLEMS, type ProblemCode } from '../problem/problem-table.js';
import { problemExample } from '../openapi/problem-examples.js';
import { escapeHtml, inlineCode } from './html.js';
import { shellPage } from './shell.js';

/**
 * What the `type` of every problem points at: the codes by status, each with an anchor of its own, its example and what a
 * client does about it. @param address of this API, without a trailing slash
 */
export function errorsPage(config: Pick<Config, 'docs'>, address: string): string {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return shellPage(config, {
    path: '/docs/errors',
    title: 'Errors',
    main: `<h1>Errors</h1>
<p class="lead">Every error is <code>application/problem+json</code> (RFC 9457), whatever <code>Accept</code> says.</p>
<p>Switch on <code>code</code>; treat one that you do not know by its HTTP status. <code>detail</code> is for people and may change. A 429 and a 503 carry <code>Retry-After</code> in seconds. Only on <code>token_expired</code> refresh the token. Quote <code>request_id</code> when you report an error.</p>
<nav class="toc" aria-label="Statuses"><ul>
${statuses.map((status) => `<li><a href="#status-${status}">${badge(status)}<span class="reason">${reason(status)}</span></a></li>`).join('\n')}
<li><a href="#fields">Single fields</a></li>
</ul></nav>
${statuses
  .map((status) =>
    group(
      status,
      codes.filter((code) => statusOf(code) === status),
      address,
    ),
  )
  .join('\n')}
${fields()}`,
  });
}

const statusOf = (code: ProblemCode): number => PROBLEMS[code].status;

const reason = (status: number): string => escapeHtml(STATUS_CODES[status] ?? '');

/** Red is a fault of the server, amber ends by waiting. */
const badge = (status: number): string =>
  `<span class="badge status${status >= 500 ? ' bad' : status === 429 ? ' warn' : ''}">${status}</span>`;

const group = (status: number, codes: ProblemCode[], address: string): string =>
  `<section aria-labelledby="status-${status}">
<h2 id="status-${status}">${badge(status)} ${reason(status)}</h2>
${codes.map((code) => problem(code, address)).join('\n')}
</section>`;

function problem(code: ProblemCode, address: string): string {
  const { title, doc, client } = PROBLEMS[code];
  return `<article class="problem" id="${code}">
<div>
<h3><a href="#${code}"><code>${code}</code></a></h3>
<p class="title">${escapeHtml(title)}</p>
<dl>
<dt>Meaning</dt><dd>${inlineCode(doc)}</dd>
<dt>What a client does</dt><dd>${inlineCode(client)}</dd>
</dl>
</div>
<div>
<p class="label" id="${code}-example">Example</p>
<pre tabindex="0" role="group" aria-labelledby="${code}-example"><code>${json(problemExample(code, address))}</code></pre>
</div>
</article>`;
}

/** Indented, with the names of the members set apart. */
const json = (value: object): string =>
  escapeHtml(JSON.stringify(value, null, 2)).replace(
    /^( *)(&quot;\w+&quot;):/gm,
    '$1<span class="key">$2</span>:',
  );

function fields(): string {
  const rows = Object.entries(FIELD_PROBLEMS).map(
    ([code, doc]) => `<div id="field-${code}"><dt><code>${code}</code></dt><dd>${inlineCode(doc)}</dd></div>`,
  );
  return `<section aria-labelledby="fields">
<h2 id="fields">Codes of single fields</h2>
<p>With <code>validation_failed</code>, in <code>errors[].code</code>: what is wrong with the field that <code>errors[].field</code> names.</p>
<dl class="fields">
${rows.join('\n')}
</dl>
</section>`;
}
