import { parseArgs } from 'node:util';
import { plantAll } from './planting.js';
import { PLANTS } from './plants.js';

/**
 * `npm run test:chaos:plant`: plants one fault after the other into a copy of the compiled tree, and runs the harness on
 * it. A fault that the harness does not find fails the run. `-- --only=fencing` selects plants by name.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const plants = PLANTS.map((plant) => ({ ...plant, flags: ['--backend=redis', ...plant.flags] }));
const missed = await plantAll({
  plants,
  script: 'test/chaos/run.js',
  findings: /^OFF (\w+):/gm,
  only: values.only,
});
process.exit(missed === 0 ? 0 : 1);
