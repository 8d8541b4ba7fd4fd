import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The `traceparent` of the request that asked for a reply, so that its worker continues the trace. Without a default: the
 * table is not rewritten, and rows of the previous release and of a process without tracing have none.
 */
export class TraceContexts1798007000000 implements MigrationInterface {
  name = 'TraceContexts1798007000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages add column trace_context text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages drop column trace_context');
  }
}
