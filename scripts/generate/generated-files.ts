import { renderConfigurationPage } from './configuration-page.js';
import { renderEnvExample } from './env-example.js';
import { renderErrorsPage } from './errors-page.js';
import { SQL_FEATURES } from './sql/sql-features.js';

/** A committed file that is generated from the code. */
export interface GeneratedFile {
  /** Path from the repository's root. */
  path: string;
  /** Renders the file. Formats with comments get a line that names the command to generate it again. */
  render: () => string | Promise<string>;
}

/** Every generated file: `npm run generate` writes them, `npm run generate:check` compares them. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: '.env.example', render: renderEnvExample },
  { path: 'docs/configuration.md', render: renderConfigurationPage },
  { path: 'docs/errors.md', render: renderErrorsPage },
  // Loaded only when they are rendered: they load the whole API, which Jest cannot.
  { path: 'openapi.json', render: async () => (await import('./openapi-json.js')).renderOpenApiJson() },
  {
    path: 'packages/client/src/api.types.ts',
    render: async () => {
      const [{ openApiDocument }, { renderClientTypes }] = await Promise.all([
        import('./openapi-json.js'),
        import('./client-types.js'),
      ]);
      return renderClientTypes(await openApiDocument());
    },
  },
  {
    path: 'postman/collection.json',
    render: async () => {
      const [{ openApiDocument }, { renderPostmanCollection }] = await Promise.all([
        import('./openapi-json.js'),
        import('./postman/collection.js'),
      ]);
      return renderPostmanCollection(await openApiDocument());
    },
  },
  {
    path: 'postman/environment.json',
    render: async () => (await import('./postman/collection.js')).renderPostmanEnvironment(),
  },
  ...['postman/chat.http', 'postman/chat.jetbrains.http'].map((path) => ({
    path,
    render: async () => {
      const [{ openApiDocument }, { renderHttpFile }] = await Promise.all([
        import('./openapi-json.js'),
        import('./http-files.js'),
      ]);
      return renderHttpFile(path, await openApiDocument());
    },
  })),
  ...SQL_FEATURES.map((feature) => ({
    path: `docs/sql/${feature}.sql`,
    render: async () => (await import('./sql/sql-pages.js')).renderSqlPage(feature),
  })),
];
