import { z } from 'zod';
import { ENVIRONMENT, type Variable } from '../../src/platform/config/environment.js';

const HEAD = `<!-- Made by "npm run generate" from src/platform/config/environment.ts. -->

# Configuration

Everything is set by environment variables; a \`.env\` file in the working directory is read, too (not with
\`NODE_ENV=test\`). With none of them set the product runs on its embedded PostgreSQL with the sandboxes, on loopback.
An empty value is the same as none. When something is wrong the process names every bad variable at once, never a
value, and exits with 78.

In production (\`NODE_ENV=production\`) nothing made for trying out is accepted: \`APP_URL\`, \`DATABASE_URL\`, \`JWT_SECRET\`,
\`OTP_DELIVERY\`, \`BILLING\` and the key of each provider in \`LLM_PROVIDERS\` must be there, and secrets that look like placeholders
are refused.
`;

/** Renders docs/configuration.md: one table per group, with the allowed values of each variable. */
export function renderConfigurationPage(): string {
  const groups = Object.entries(ENVIRONMENT).map(([title, group]) => {
    const rows = Object.entries(group as Record<string, Variable>).map(
      ([name, { schema, doc, shown }]) =>
        `| \`${name}\` | ${shown === '' ? '' : code(shown)} | ${valuesOf(schema)} | ${cell(doc)} |`,
    );
    return [
      `## ${title}`,
      '',
      '| Variable | Default | Values | What it does |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [HEAD, ...groups].join('\n');
}

interface JsonSchema {
  type?: string;
  enum?: string[];
  const?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  format?: string;
  items?: JsonSchema;
}

/** The allowed values of a schema, in words. */
function valuesOf(schema: z.ZodType): string {
  return words(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as JsonSchema);
}

function words(schema: JsonSchema): string {
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (choices) return choices.map(code).join(', ');
  if (schema.type === 'integer' || schema.type === 'number')
    return `${number(schema.minimum)} to ${number(schema.maximum)}`;
  if (schema.type === 'array') return `list of ${words(schema.items ?? {})}`;
  if (schema.type !== 'string') return 'list';
  return (
    FORMATS[schema.format ?? ''] ?? (schema.minLength! > 1 ? `text, ${schema.minLength} or longer` : 'text')
  );
}

const FORMATS: Record<string, string> = { uri: 'URL', 'date-time': 'date and time (ISO 8601)' };

const number = (value = 0) => value.toLocaleString('en');
const code = (text: string) => `\`${cell(text)}\``;
/** A bar would end the table cell, also within back-ticks. */
const cell = (text: string) => text.replaceAll('|', '\\|');
