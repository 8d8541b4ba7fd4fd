import { NestFactory } from '@nestjs/core';
import { RolesService, type RoleChange } from '../src/admin/roles/roles.service.js';
import { AdminToolModule } from '../src/app/app.module.js';
import { readConfig } from '../src/platform/config/read-config.js';
import { Problem } from '../src/platform/problem/problem.js';
import { openLog } from '../src/platform/logging/logger.js';
import { NestLogger } from '../src/platform/logging/nest-logger.js';
import { reachDatabase } from '../src/app/prepare-database.js';
import { startFailure } from '../src/app/start-failure.js';

// `npm run admin:grant -- +14155550100` makes a user an operator; `npm run admin:revoke -- …` revokes the role.
const print = (line: string) => process.stdout.write(`${line}\n`);
const warn = (line: string) => process.stderr.write(`${line}\n`);
const EX_USAGE = 64; // sysexits.h

const [command, ...words] = process.argv.slice(2);
const number = words.join(' ');
if ((command !== 'grant' && command !== 'revoke') || !isOneNumber(words)) {
  warn('Give one mobile number: npm run admin:grant -- +14155550100 (or admin:revoke)');
  process.exit(EX_USAGE);
}
const role = command === 'grant' ? 'admin' : 'user';

const config = readConfig();
const database = await reachDatabase(config, print).catch((error: unknown) => {
  warn(startFailure(error));
  process.exit(1);
});
const tool = await NestFactory.createApplicationContext(
  AdminToolModule.forRoot({ config, sandbox: null, databaseUrl: database.url }),
  { logger: new NestLogger(openLog('warn', 'tool').pino), abortOnError: false },
);
let code = 1;
try {
  code = await setRole();
} finally {
  await tool.close();
  await database.stop();
}
process.exit(code);

/** The arguments as one number: one word, or a number written with blanks and punctuation between its digits. */
function isOneNumber(spelt: string[]): boolean {
  const [first = '', ...more] = spelt;
  const isOption = first.startsWith('-');
  return first !== '' && !isOption && (more.length === 0 || /^[+(]*\p{Nd}[^\p{L}+]*$/u.test(spelt.join(' ')));
}

async function setRole(): Promise<number> {
  try {
    const change = await tool.get(RolesService).set(number, role);
    if (change) report(change);
    else
      warn(
        `No account has this number. Sign in with it once, then run the command again. Database: ${database.description}.`,
      );
    return change ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    warn(error.errors?.[0]?.message ?? error.message);
    return 1;
  }
}

function report({ userId, changed, counts, admins }: RoleChange): void {
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
