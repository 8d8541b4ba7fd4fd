import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { ROOT, sourceFiles } from './source-files.js';

/** Parameters of every statement, as docs/sql has them: the committed pages are what the code makes (generated-files). */
const PRINTED = new Map(
  readdirSync(resolve(ROOT, 'docs/sql'))
    .map((file) => readFileSync(resolve(ROOT, 'docs/sql', file), 'utf8'))
    .flatMap((page) => page.split('\n\n').slice(1))
    .map((block) => [/^-- (\S+)/.exec(block)![1], namesIn(block)]),
);

it('the type of a statement’s parameters has the names that its text has', () => {
  const declared = declaredParameters();
  expect(declared.size).toBeGreaterThan(100);
  for (const [name, parameters] of declared) expect([name, parameters]).toEqual([name, PRINTED.get(name)]);
});

it('SQL stands in named statements: nothing else in src gives a text to the pool', () => {
  const runs = sourceFiles('src').filter((path) =>
    /\bname: '[\w-]+',\s+text: /.test(readFileSync(path, 'utf8')),
  );
  expect(runs).toEqual([]);
});

function namesIn(block: string): string[] {
  const line = block.split('\n').find((text) => text.startsWith('-- Parameters: ')) ?? '';
  return [...line.matchAll(/\$\d+ (\w+)/g)].map(([, name]) => name!).toSorted();
}

/** Names of the properties of `statement<Parameters, Row>('name', …)`, by the statements' names. */
function declaredParameters(): Map<string, string[]> {
  const files = sourceFiles('src').filter((path) => readFileSync(path, 'utf8').includes('statement.js'));
  const { config } = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const program = ts.createProgram(files, ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options);
  const checker = program.getTypeChecker();
  const found = new Map<string, string[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'statement') {
      const [name] = node.arguments;
      const [parameters] = checker.getTypeArguments(checker.getTypeAtLocation(node) as ts.TypeReference);
      if (name && parameters && ts.isStringLiteralLike(name))
        found.set(
          name.text,
          checker
            .getPropertiesOfType(parameters)
            .map(({ name }) => name)
            .toSorted(),
        );
    }
    ts.forEachChild(node, visit);
  };
  for (const path of files) visit(program.getSourceFile(path)!);
  return found;
}
