import { NestFactory } from '@nestjs/core';
import { RolesService, type RoleChange } from '../../src/admin/roles/roles.service.js';
import { AdminToolModule } from '../../src/app/admin-tool.module.js';
import { reachDatabase, type ReachedDatabase } from '../../src/app/prepare-database.js';
import { startFailure } from '../../src/app/start-failure.js';
import { Problem } from '../../src/platform/problem/problem.js';
import type { ToolContext } from '../command-context.js';
import type { RoleOrder } from './arguments.js';

/** Sets the role of an account, and returns the exit code of the command. */
export async function runAdmin(order: RoleOrder, context: ToolContext): Promise<number> {
  const config = context.readConfig();
  const lines = {
    print: (line: string) => void context.out.write(`${line}\n`),
    warn: (line: string) => void context.err.write(`${line}\n`),
  };
  const database = await reachDatabase(config, lines.print).catch((error: unknown) =>
    lines.warn(startFailure(error)),
  );
  if (!database) return 1;
  const tool = await NestFactory.createApplicationContext(AdminToolModule.forRoot(config, database.url), {
    logger: context.logger,
    abortOnError: false,
  });
  try {
    return await setRole(tool.get(RolesService), order, database, lines);
  } finally {
    await tool.close();
    await database.stop();
  }
}

interface Lines {
  print: (line: string) => void;
  warn: (line: string) => void;
}

async function setRole(
  roles: RolesService,
  order: RoleOrder,
  { description }: ReachedDatabase,
  { print, warn }: Lines,
): Promise<number> {
  try {
    const change = await roles.set(order.number, order.role);
    if (change) report(order, change, print);
    else
      warn(
        `No account has this number. Sign in with it once, then run the command again. Database: ${description}.`,
      );
    return change ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    warn(error.errors?.[0]?.message ?? error.message);
    return 1;
  }
}

function report(
  { role }: RoleOrder,
  { userId, changed, counts, admins }: RoleChange,
  print: Lines['print'],
): void {
  const what = role === 'admin' ? 'an admin' : 'no admin';
  print(
    changed
      ? `The account ${userId} is ${what} now, from its next request on.`
      : `The account ${userId} is ${what} already.`,
  );
  if (!counts)
    print(
      'The number was proven only by the SMS sandbox. Without the sandbox the role has no effect until a real SMS has proven the number.',
    );
  if (admins === 0) print('No admin is left. Create one: npm run admin:grant -- <number>');
}
