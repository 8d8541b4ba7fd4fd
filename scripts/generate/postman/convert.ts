import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { ApiDocument } from '../../../src/platform/openapi/api-document.js';

/** The parts of a Postman Collection v2.1 that are read or changed here. */
export interface PostmanItem {
  id: string;
  name: string;
  description?: object | string;
  item?: PostmanItem[];
  request?: PostmanRequest;
  response?: PostmanResponse[];
  event?: PostmanEvent[];
}
export interface PostmanRequest {
  method: string;
  description?: object | string;
  auth?: { type: string } | null;
  header: PostmanField[];
  url: { path: string[]; host: string[]; query: PostmanField[]; variable: PostmanField[] };
  body?: { mode?: string; raw?: string };
}
export interface PostmanResponse {
  id: string;
  code: number;
  name?: string;
  status?: string;
  originalRequest: PostmanRequest;
  header: PostmanField[];
  body?: string;
}
export interface PostmanField {
  key: string;
  value: string;
  disabled?: boolean;
  type?: string;
}
export interface PostmanEvent {
  listen: 'prerequest' | 'test';
  script: { id: string; type: 'text/javascript'; exec: string[] };
}
export interface PostmanCollection {
  info: { _postman_id: string; name: string };
  auth?: object;
  variable: { key: string; value: string }[];
  item: PostmanItem[];
  event?: PostmanEvent[];
}

interface Converter {
  convertV2(
    input: { type: 'json'; data: unknown },
    options: object,
    done: (
      error: Error | null,
      outcome: { result: boolean; reason?: string; output: { data: PostmanCollection }[] },
    ) => void,
  ): void;
}

/**
 * The converter's package, installed separately: with newman it is an eighth of all installed packages, and only this
 * file uses it.
 */
const PACKAGE = resolve('test/postman');

function loadConverter(): Converter {
  if (!existsSync(join(PACKAGE, 'node_modules')))
    execSync('npm ci --no-audit --no-fund', { cwd: PACKAGE, stdio: 'ignore' });
  return createRequire(join(PACKAGE, 'package.json'))('openapi-to-postmanv2') as Converter;
}

/** Converts the document by openapi-to-postmanv2: one folder per tag. The ids differ on each run. */
export async function convert(document: ApiDocument): Promise<PostmanCollection> {
  const converter = loadConverter();
  const options = {
    folderStrategy: 'Tags',
    parametersResolution: 'Example',
    includeAuthInfoInExample: false,
  };
  return new Promise((done, reject) => {
    converter.convertV2({ type: 'json', data: structuredClone(document) }, options, (error, outcome) => {
      if (error ?? !outcome.result) reject(error ?? new Error(outcome.reason));
      else done(outcome.output[0]!.data);
    });
  });
}

/** A stable id, derived from the name. */
export function stableId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
