import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Body, Controller, Headers, Param, Post, Query } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { IsString } from 'class-validator';
import { IdParam } from '../../src/platform/fields/id.param.js';
import { ROOT, sourceFiles } from './source-files.js';
import { uncheckedInput } from './unchecked-input.js';

type Constructor = new (...args: never[]) => object;

const isController = (value: unknown): value is Constructor =>
  typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value);

it('no route takes a body, query or parameter unchecked', async () => {
  const unchecked: string[] = [];
  for (const path of sourceFiles('src', '.controller.ts')) {
    const exported = Object.values((await import(path)) as object).filter(isController);
    expect([relative(ROOT, path), exported.length]).not.toEqual([relative(ROOT, path), 0]);
    for (const controller of exported)
      unchecked.push(...uncheckedInput(controller).map((found) => `${controller.name}.${found}`));
  }
  expect(unchecked).toEqual([]);
});

it('controllers stand in files that end with .controller.ts, where the test above looks', () => {
  const elsewhere = sourceFiles('src').filter(
    (path) =>
      !path.endsWith('.controller.ts') && /^@(Controller|SandboxRoutes)\(/m.test(readFileSync(path, 'utf8')),
  );
  expect(elsewhere).toEqual([]);
});

class Checked {
  @IsString()
  a!: string;
}
class Inherits extends Checked {}
class Rules {
  a!: string;
}

@Controller()
class Sample {
  @Post('1') fine(@Body() body: Checked, @Query() query: Inherits, @IdParam('id') id: string): void {
    void [body, query, id];
  }
  @Post('2') plainClass(@Body() body: Rules): void {
    void body;
  }
  @Post('3') erased(@Body() body: { a: string }): void {
    void body;
  }
  @Post('4') oneField(@Body('a') a: string, @Query('b') b: string): void {
    void [a, b];
  }
  @Post('5') noPipe(@Param('id') id: string): void {
    void id;
  }
  @Post('6') header(@Headers('x-a') a: string): void {
    void a;
  }
}

it('catches each way of taking something unchecked', () => {
  expect(uncheckedInput(Sample)).toEqual([
    'plainClass: body is Rules, which has no validation rules',
    'erased: body is Object, which has no validation rules',
    'oneField: query b is taken without its class',
    'oneField: body a is taken without its class',
    'noPipe: param id goes through no pipe',
    'header: headers is read past the decorators',
  ]);
});

it('no DTO holds another: only the names at the top of a body are compared with those of its class', () => {
  const nested = sourceFiles('src').filter((path) =>
    /@(ValidateNested|Type)\(/.test(readFileSync(path, 'utf8')),
  );
  expect(nested).toEqual([]);
});

it('every controller of the sandbox has the decorator that guards it, and every route its 404', () => {
  const controllers = sourceFiles('src/sandbox', '.controller.ts').map((path) => readFileSync(path, 'utf8'));
  expect(controllers.length).toBeGreaterThan(2);
  for (const text of controllers) {
    expect(text).toMatch(/^@SandboxRoutes\(/m);
    expect(text).not.toMatch(/@(Controller|Operation)\(/);
  }
});
