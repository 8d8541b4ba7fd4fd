import { parseArgs } from 'node:util';
import { plantAll } from '../chaos/planting.js';
import { PLANTS } from './plants.js';

/**
 * `npm run fuzz:plant`: plants one mistake after the other into a copy of the compiled tree, and fuzzes it. A mistake
 * that the fuzzer does not find fails the run. `-- --only=log` selects plants by name.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const missed = await plantAll({
  plants: PLANTS,
  script: 'test/fuzz/run.js',
  findings: /^FOUND (\w+):/gm,
  only: values.only,
});
process.exit(missed === 0 ? 0 : 1);
