import { NestFactory } from '@nestjs/core';
import { RolesService, type RoleChange } from '../src/admin/roles/roles.service.js';
import { AdminToolModule } from '../src/app/app.module.js';
import { readConfig } from '../src/platform/config/read-config.js';
import { Problem } from '../src/platform/problem/problem.js';
import { openLog } from '../src/platform/logging/logger.js';
import { NestLogger } from '../src/platform/logging/nest-logger.js';
import { reachDatabase } from '../src/app/prepare-database.js';
import { startFailure } from '../src/app/start-failure.js';

// `npm run admin:grant -- +14155550100` makes a user an operator, `npm run admin:revoke -- …` takes it back.
const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);
const EX_USAGE = 64; // sysexits.h

const [command, ...words] = process.argv.slice(2);
const number = words.join(' ');
if ((command !== 'grant' && command !== 'revoke') || !isOneNumber(words)) {
  complain('Name one number: npm run admin:grant -- +14155550100 (or admin:revoke)');
  process.exit(EX_USAGE);
}
const role = command === 'grant' ? 'admin' : 'user';

const config = readConfig();
const database = await reachDatabase(config, say).catch((error: unknown) => {
  complain(startFailure(error));
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

/** One word, or a number spelt in several: digits, and what people put between them. */
function isOneNumber(spelt: string[]): boolean {
  const [first = '', ...more] = spelt;
  const isOption = first.startsWith('-');
  return first !== '' && !isOption && (more.length === 0 || /^[+(]*\p{Nd}[^\p{L}+]*$/u.test(spelt.join(' ')));
}

async function setRole(): Promise<number> {
  try {
    const change = await tool.get(RolesService).set(number, role);
    if (change) tell(change);
    else
      complain(
        `No account has this number yet: sign in with it once, then run the command again. Looked in: ${database.description}.`,
      );
    return change ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    complain(error.errors?.[0]?.message ?? error.message);
    return 1;
  }
}

function tell({ userId, changed, counts, admins }: RoleChange): void {
  const what = role === 'admin' ? 'an admin' : 'no admin';
  say(
    changed
      ? `The account ${userId} is ${what} now, from its next request on.`
      : `The account ${userId} is ${what} already.`,
  );
  if (!counts)
    say(
      'Only the SMS sandbox has proven its number: without that the role does not count until the number is proven again.',
    );
  if (admins === 0) say('No admin is left. Create one: npm run admin:grant -- <number>');
}
