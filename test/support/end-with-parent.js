import { setFlagsFromString } from 'node:v8';

// Preloaded with `--import` into a program under test.

/** Ends the program when the process that forked it has ended. */
process.once('disconnect', () => process.exit(1));

/**
 * On Node 20 V8 optimises a function ten times later than by default: most programs of tests end within seconds, and a start
 * takes a sixth less processor time. Later versions do not know the flag; they start from stored code (src/preload.ts).
 */
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=1500000');
