/** Preloaded with `--import` into a program under test: ends the program when the process that forked it has ended. */
process.once('disconnect', () => process.exit(1));
