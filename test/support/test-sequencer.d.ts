/** A file to run, as far as its place in the order depends on it. */
interface TestFile {
  path: string;
  context: {
    config: { rootDir: string; cache: boolean };
    hasteFS: { getSize: (path: string) => number | null };
  };
}

export default class TestSequencer {
  constructor(options: object);
  sort: (tests: TestFile[]) => TestFile[];
}
