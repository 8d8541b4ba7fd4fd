import type { ChildProcess } from 'node:child_process';

/** Lets Jest end while this program runs. */
export declare function release(child: ChildProcess): void;
