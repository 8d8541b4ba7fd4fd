import { declaredStatements, type DeclaredStatement } from './statement-sources.js';
import { SQL_FEATURES } from './sql-features.js';
import { plansOf, type StatementPlan } from './plans.js';

const HEAD = (
  feature: string,
): string => `-- Made by "npm run generate" from the statements in src/${feature}.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.
`;

/** Renders docs/sql/<feature>.sql. */
export async function renderSqlPage(feature: string): Promise<string> {
  const { declared, plans } = await (all ??= readAll());
  const own = declared.filter((one) => one.feature === feature);
  return [HEAD(feature), ...own.map((one) => renderStatement(one, plans.get(one.statement.name)!))].join(
    '\n',
  );
}

interface Everything {
  declared: DeclaredStatement[];
  plans: Map<string, StatementPlan>;
}
/** Shared by all pages, so that PostgreSQL starts once. */
let all: Promise<Everything> | undefined;

async function readAll(): Promise<Everything> {
  const declared = await declaredStatements();
  const homeless = declared.filter(({ feature }) => !(SQL_FEATURES as readonly string[]).includes(feature));
  if (homeless.length > 0)
    throw new Error(`src/${homeless[0]!.feature} needs a page: add it to SQL_FEATURES`);
  return { declared, plans: await plansOf(declared.map(({ statement }) => statement)) };
}

function renderStatement(
  { statement, doc }: DeclaredStatement,
  { types, indexes, scans }: StatementPlan,
): string {
  const parameters = statement.parameters.map((name, at) => `$${at + 1} ${name} ${types[at]}`);
  const lines = [
    ...doc,
    ...(parameters.length > 0 ? [`Parameters: ${parameters.join(', ')}`] : []),
    ...(indexes.length > 0 ? [`Indexes: ${indexes.join(', ')}`] : []),
    ...(scans.length > 0 ? [`Whole tables: ${scans.join(', ')}`] : []),
  ];
  return `-- ${statement.name}\n${lines.map((line) => `-- ${line}\n`).join('')}${outdented(statement.text)};\n`;
}

/** Removes the common indentation of all lines (except a first line that begins with text), and blank lines. */
function outdented(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const indents = (text.startsWith('\n') ? lines : lines.slice(1)).map((line) => line.search(/\S/));
  const common = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => (line.search(/\S/) >= common ? line.slice(common) : line).trimEnd()).join('\n');
}
