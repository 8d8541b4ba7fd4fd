import 'reflect-metadata';
import { examine } from '../../src/app/doctor/doctor.js';
import { isHealthy, toJson, toTable } from '../../src/app/doctor/render.js';
import type { Config } from '../../src/platform/config/config.js';
import type { ConfigError } from '../../src/platform/config/config-error.js';
import type { DoctorOrder } from './arguments.js';

/** Result of the command. */
export interface DoctorResult {
  text: string;
  code: number;
}

/** Tests the configured services. Exit code 1 when a check failed. */
export async function runDoctor(
  { isJson, sendTo }: DoctorOrder,
  config: Config | ConfigError,
): Promise<DoctorResult> {
  const results = await examine(config, { sendTo });
  return {
    text: `${isJson ? toJson(results) : toTable(results)}\n`,
    code: isHealthy(results) ? 0 : 1,
  };
}
