/**
 * The version of product, package and document: one number, by Semantic Versioning. A test holds it equal to package.json,
 * which is not read here, because it stands elsewhere from the compiled tree than from the sources.
 */
export const VERSION = '1.0.0';
