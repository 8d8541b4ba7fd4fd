import 'reflect-metadata';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { examine } from '../src/app/doctor/doctor.js';
import { isHealthy, toJson, toTable } from '../src/app/doctor/render.js';
import { tryReadConfig } from '../src/platform/config/read-config.js';

// `npm run doctor`: tests the configured services for real. Exit code 1 when a check failed.
const EX_USAGE = 64; // sysexits.h
const USAGE = `npm run doctor -- [--json] [--send-to=+14155550100]
  --json       print JSON
  --send-to    also send one real test message to this number`;

function usage(): never {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EX_USAGE);
}

let isJson = false;
let sendTo: string | null = null;
for (const word of process.argv.slice(2)) {
  const [, number] = /^--send-to=(\+\d{8,15})$/.exec(word) ?? [];
  if (word === '--json') isJson = true;
  else if (number !== undefined && parsePhoneNumberFromString(number)?.isPossible()) sendTo = number;
  else usage();
}

const results = await examine(tryReadConfig(), { sendTo });
process.stdout.write(`${isJson ? toJson(results) : toTable(results)}\n`, () =>
  process.exit(isHealthy(results) ? 0 : 1),
);
