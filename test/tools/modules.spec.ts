import { readdirSync } from 'node:fs';
import { ROOT, sourceFiles } from './source-files.js';

const features = readdirSync(`${ROOT}/src`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['app', 'platform', 'sandbox'].includes(entry.name))
  .map(({ name }) => name);

it('a feature has a module for every process, one for the API and one for workers, and no other', () => {
  const allowed = features.flatMap((name) =>
    ['module', 'api.module', 'worker.module'].map((kind) => `src/${name}/${name}.${kind}.ts`),
  );
  const found = features.flatMap((name) =>
    sourceFiles(`src/${name}`, '.module.ts').map((path) => path.slice(ROOT.length + 1)),
  );
  expect(found.length).toBeGreaterThan(15);
  expect(found.filter((path) => !allowed.includes(path))).toEqual([]);
});

it('a concern of the platform names its modules after its folder, in the same three kinds', () => {
  const names = sourceFiles('src/platform', '.module.ts').map((path) => path.split('/').slice(-2));
  const allowed = (folder: string) => [
    `${folder}.module.ts`,
    `${folder}.api.module.ts`,
    `${folder}.worker.module.ts`,
  ];
  expect(names.filter(([folder, file]) => !allowed(folder!).includes(file!))).toEqual([]);
});
