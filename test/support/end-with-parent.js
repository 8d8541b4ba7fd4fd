/** Preloaded with `--import` into a program under test: it ends when the process that forked it is gone. */
process.once('disconnect', () => process.exit(1));
