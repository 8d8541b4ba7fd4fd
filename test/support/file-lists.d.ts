/** Names of test/e2e. */
export declare const BOTH: string[];
/** Names of test/e2e. */
export declare const POSTGRES_ONLY: string[];
/** Names of test/e2e. */
export declare const DEPLOYMENTS: string[];
/** By the path of the file. */
export declare const EXPECTED_SECONDS: Record<string, number>;
/** Names of test/e2e. */
export declare const FLEET: string[];
/** Names of test/e2e. */
export declare const ONE_PROCESS: string[];
