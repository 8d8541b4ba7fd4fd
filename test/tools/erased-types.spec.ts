import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { erasedTypes } from './erased-types.js';
import { ROOT, sourceFiles } from './source-files.js';

it('no type in a decorated signature is erased by the compiler', () => {
  const erased = sourceFiles('src').flatMap((path) =>
    erasedTypes(path, readFileSync(path, 'utf8')).map((found) => `${relative(ROOT, path)} ${found}`),
  );
  expect(erased).toEqual([]);
});

it.each([
  ['import type { Dto } from "./dto.js";', '@Body() body: Dto', ['C.m: Dto']],
  ['import type { Dto } from "./dto.js";', '@Query() query: Dto', ['C.m: Dto']],
  ['import type * as dto from "./dto.js";', '@Body() body: dto.Dto', ['C.m: dto.Dto']],
  ['interface Dto { a: string }', '@Body() body: Dto', ['C.m: Dto']],
  ['', '@Body() body: { a: string }', ['C.m: { a: string }']],
  ['', '@Body() body: Partial<Dto>', ['C.m: Partial<Dto>']],
  ['import { Dto } from "./dto.js";', '@Body() body: Dto', []],
  ['import type { Principal } from "./p.js";', '@CurrentUser() principal: Principal', []],
])('%s with %s', (head, parameter, expected) => {
  expect(erasedTypes('c.ts', `${head}\n@Controller() class C { @Post() m(${parameter}) {} }`)).toEqual(
    expected,
  );
});

it.each([
  ['private readonly service: Service', ['C.constructor: Service']],
  ['@Inject(TOKEN) private readonly service: Service', []],
])('injected through the constructor: %s', (parameter, expected) => {
  const text = `import type { Service } from "./s.js";\n@Injectable() class C { constructor(${parameter}) {} }`;
  expect(erasedTypes('c.ts', text)).toEqual(expected);
});
