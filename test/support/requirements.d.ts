/** The path of the program that meets a requirement here; undefined where there is none. */
export declare function programOf(name: string): string | undefined;
/** Patterns of the files that need a program. */
export declare function filesThatNeed(name: string): string[];
