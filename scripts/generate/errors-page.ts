import { FIELD_PROBLEMS, PROBLEMS } from '../../src/platform/problem/problem-table.js';

const HEAD = `<!-- Made by "npm run generate" from src/platform/problem/problem-table.ts. -->

# Errors

Every error response is \`application/problem+json\` (RFC 9457), regardless of \`Accept\`:

\`\`\`json
{
  "type": "https://api.example.com/docs/errors#not_found",
  "title": "Not found",
  "status": 404,
  "detail": "…",
  "code": "not_found",
  "instance": "/chatroom/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f",
  "request_id": "019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f",
  "errors": [{ "field": "name", "code": "too_long", "message": "…" }]
}
\`\`\`

Switch on \`code\`; treat one that you do not know by its HTTP status, because new ones may come at any time. \`detail\`
and \`message\` are for people and may change. \`errors\` is there where single fields are wrong. A 429 and a 503 carry
\`Retry-After\` in seconds. Only on \`token_expired\` refresh the token and try again.
`;

interface Row {
  status: number;
  title: string;
  doc: string;
  client: string;
}

/**
 * Renders docs/errors.md: the codes by status, then the codes of fields. The `type` of a problem links to an anchor here.
 */
export function renderErrorsPage(): string {
  const rows = Object.entries<Row>(PROBLEMS)
    .toSorted(([, a], [, b]) => a.status - b.status)
    .map(
      ([code, { status, title, doc, client }]) =>
        `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} | ${doc} | ${client} |`,
    );
  const fields = Object.entries<string>(FIELD_PROBLEMS).map(([code, doc]) => `| \`${code}\` | ${doc} |`);
  return [
    HEAD,
    '## Codes',
    '',
    '| `code` | Status | Title | What it means | What a client does |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '## Codes of single fields',
    '',
    '| `errors[].code` | Meaning |',
    '|---|---|',
    ...fields,
    '',
  ].join('\n');
}
