import { FIELD_PROBLEMS, PROBLEMS } from '../http/problem-table.js';
import { escapeHtml, htmlPage } from './html.js';

/** What the `type` of every problem points at: the tables of codes, each code with an anchor of its own. */
export function errorsPage(): string {
  const codes = Object.entries(PROBLEMS).map(
    ([code, { status, title, doc }]) =>
      `<dt id="${code}"><code>${code}</code> <span class="status">${status}</span> <strong>${escapeHtml(title)}</strong></dt>\n<dd>${inline(doc)}</dd>`,
  );
  const fields = Object.entries(FIELD_PROBLEMS).map(
    ([code, doc]) => `<dt id="field-${code}"><code>${code}</code></dt>\n<dd>${inline(doc)}</dd>`,
  );
  return htmlPage(
    'Errors',
    `<p>Every error is <code>application/problem+json</code> (RFC 9457). Switch on <code>code</code>; treat one that you do not know by its HTTP status. Quote <code>request_id</code> when you report one.</p>
<h2>Codes</h2>
<dl>
${codes.join('\n')}
</dl>
<h2>Codes of single fields</h2>
<p>With <code>validation_failed</code>, in <code>errors[].code</code>.</p>
<dl>
${fields.join('\n')}
</dl>`,
  );
}

/** The tables' texts set code in backticks. */
const inline = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
