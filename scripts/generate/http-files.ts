import { inlined, routesOf, type ApiDocument, type Route } from '../../src/platform/openapi/api-document.js';
import { FLOW } from './postman/flow.js';
import type { Step } from './postman/step.js';

/**
 * How an editor's file format refers to an earlier response and makes a UUID; everything else is the same in all formats
 * (https://http-files.org).
 */
interface Dialect {
  path: string;
  editors: string;
  uuid: string;
  /** Variables taken from the response: variable → path. */
  keep: (operationId: string, keeps: [string, string][]) => string;
}

const DIALECTS: Dialect[] = [
  {
    path: 'postman/chat.http',
    editors: 'VS Code (REST Client, httpYac), Visual Studio, Kulala; for JetBrains take chat.jetbrains.http',
    uuid: '{{$guid}}',
    keep: (operationId, keeps) =>
      keeps.length === 0
        ? ''
        : `\n###\n${keeps.map(([name, path]) => `@${name} = {{${operationId}.response.body.$.${path}}}\n`).join('')}`,
  },
  {
    path: 'postman/chat.jetbrains.http',
    editors: 'IntelliJ IDEA, WebStorm and their kind; for VS Code and others take chat.http',
    uuid: '{{$uuid}}',
    keep: (_, keeps) =>
      keeps.length === 0
        ? ''
        : `\n> {%\n${keeps.map(([name, path]) => `  client.global.set("${name}", response.body.${path});\n`).join('')}%}\n`,
  },
];

/**
 * The tour: those steps of the Postman run that need no script, in reading order. Between two of them the reader pays on
 * a page.
 */
const TOUR: (string | Step | { request: string; title: string })[] = [
  {
    operationId: 'sendOtp',
    body: { mobile_number: '{{mobile_number}}' },
    keeps: { otp: 'otp', challenge_id: 'challenge_id' },
  },
  'verifyOtp',
  'createChatroom',
  'listChatrooms',
  'sendMessage',
  'getMessage',
  'listMessages',
  'sendMessageStream',
  'streamReply',
  'regenerateReply',
  'getUsage',
  'listModels',
  'subscribeToPro',
  {
    request: 'POST {{checkout_url}}/pay',
    title: 'The Pay button of the sandbox’s page. With Stripe itself: open checkout_url in a browser',
  },
  'syncSubscription',
  'openPortal',
  'cancelSubscription',
  'resumeSubscription',
  { operationId: 'logOut', body: { refresh_token: '{{refresh_token}}' } },
];

/** Renders a .http file: the tour in the format of one group of editors. */
export function renderHttpFile(path: string, document: ApiDocument): string {
  const dialect = DIALECTS.find((one) => one.path === path)!;
  const routes = new Map(routesOf(inlined(document)).map((route) => [route.operation.operationId, route]));
  const blocks = TOUR.map((one) => {
    if (typeof one === 'object' && 'request' in one) return `### ${one.title}\n${one.request}\n`;
    const step = typeof one === 'string' ? FLOW.find(({ operationId }) => operationId === one)! : one;
    return block(step, routes.get(step.operationId)!, dialect);
  });
  return [HEAD(dialect), ...blocks].join('\n');
}

const HEAD = ({
  editors,
}: Dialect): string => `# Made by "npm run generate" from scripts/generate/http-files.ts. For ${editors}.
# From top to bottom: each request takes what it needs from the answers before it. The SMS sandbox shows the code.

@base_url = http://127.0.0.1:3000
@mobile_number = +919876543210
`;

function block(step: Step, { method, path, operation }: Route, { uuid, keep }: Dialect): string {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => step.path?.[name] ?? `{{${name}}}`);
  const [accept] = Object.keys(Object.values(operation.responses).find(({ content }) => content)!.content!);
  const headers = {
    ...(operation.security!.length > 0 && { Authorization: 'Bearer {{access_token}}' }),
    ...(accept === 'text/event-stream' && { Accept: accept }),
    ...step.headers,
    ...(step.body && { 'Content-Type': 'application/json' }),
  };
  return [
    `### ${operation.summary}`,
    `# @name ${step.operationId}`,
    `${method.toUpperCase()} {{base_url}}${address}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value.replace('{{$guid}}', uuid)}`),
    ...(step.body ? ['', JSON.stringify(step.body, null, 2)] : []),
    keep(step.operationId, Object.entries(step.keeps ?? {})),
  ].join('\n');
}
