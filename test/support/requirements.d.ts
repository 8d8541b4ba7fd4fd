/** The path of the program that meets a requirement here; undefined where there is none. */
export declare function programOf(name: string): string | undefined;
