import { Controller, Post } from '@nestjs/common';
import { IS_PUBLIC } from '../../src/platform/http/principal.js';
import { IdempotencyKey, type Idempotency } from '../../src/platform/idempotency/idempotency.js';
import { HONOURS_IDEMPOTENCY_KEY, Operation } from '../../src/platform/openapi/operation.decorator.js';
import { declaredRoutes, routesOfController, type DeclaredRoute } from './routes.js';

/** Routes that document the header and do not take it, or take it and do not document it; neither can be open. */
function halfWired(routes: DeclaredRoute[]): string[] {
  return routes
    .filter(({ isMarked, takes }) => {
      const honours = isMarked(HONOURS_IDEMPOTENCY_KEY);
      return honours !== takes(IdempotencyKey) || (honours && isMarked(IS_PUBLIC));
    })
    .map(({ name }) => name);
}

it('a route documents Idempotency-Key, lets its replays past the limits, and takes it: all or nothing', async () => {
  const routes = await declaredRoutes();
  expect(routes.filter(({ takes }) => takes(IdempotencyKey)).length).toBeGreaterThan(6);
  expect(halfWired(routes)).toEqual([]);
});

const operation = { summary: '', description: '', success: { status: 200, description: '' } };

@Controller()
class Sample {
  @Post('1') @Operation({ ...operation, idempotent: true }) fine(
    @IdempotencyKey() key: Idempotency | null,
  ): void {
    void key;
  }
  @Post('2') @Operation({ ...operation, idempotent: true }) forgotten(): void {}
  @Post('3') @Operation(operation) hidden(@IdempotencyKey() key: Idempotency | null): void {
    void key;
  }
  @Post('4') @Operation({ ...operation, idempotent: true, access: 'open' }) open(
    @IdempotencyKey() key: Idempotency | null,
  ): void {
    void key;
  }
}

it('catches each way of wiring half of it', () => {
  expect(halfWired(routesOfController(Sample))).toEqual(['forgotten', 'hidden', 'open']);
});
