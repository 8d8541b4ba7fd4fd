import ts from 'typescript';

/**
 * Names of types in decorated signatures that a compiler erases: `emitDecoratorMetadata` then writes `Object`, Nest
 * cannot inject, and ValidationPipe lets everything through. A parameter counts where its type is read at run time: of
 * the constructor unless it has a decorator of its own (`@Inject(TOKEN)`), of a method where it has one of
 * {@link READS_ITS_TYPE}.
 * @returns `Class.member: Type` for each
 */
export function erasedTypes(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const typeOnly = typeOnlyNames(file);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassDeclaration(node)) found.push(...inClass(node, typeOnly));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Decorators whose parameter's type decides how the value is checked. */
const READS_ITS_TYPE = new Set(['Body', 'Query', 'Param', 'Headers']);

function inClass(node: ts.ClassDeclaration, typeOnly: ReadonlySet<string>): string[] {
  const className = node.name?.text ?? 'class';
  return node.members.flatMap((member) => {
    if (ts.isConstructorDeclaration(member) && ts.getDecorators(node))
      return erasedIn(member, typeOnly, (names) => names.length === 0).map(
        (t) => `${className}.constructor: ${t}`,
      );
    if (ts.isMethodDeclaration(member))
      return erasedIn(member, typeOnly, (names) => names.some((name) => READS_ITS_TYPE.has(name))).map(
        (t) => `${className}.${member.name.getText()}: ${t}`,
      );
    return [];
  });
}

function erasedIn(
  member: ts.ConstructorDeclaration | ts.MethodDeclaration,
  typeOnly: ReadonlySet<string>,
  counts: (decorators: string[]) => boolean,
): string[] {
  return member.parameters
    .filter((parameter) => counts((ts.getDecorators(parameter) ?? []).map(decoratorName)))
    .map((parameter) => parameter.type)
    .filter((type) => type !== undefined)
    .filter((type) => isErased(type, typeOnly))
    .map((type) => type.getText());
}

function decoratorName({ expression }: ts.Decorator): string {
  return (ts.isCallExpression(expression) ? expression.expression : expression).getText();
}

/** Unions, literals and inline shapes are erased like interfaces; keywords (`string`) and generics of a class are not. */
function isErased(type: ts.TypeNode, typeOnly: ReadonlySet<string>): boolean {
  if (ts.isTypeReferenceNode(type)) return typeOnly.has(type.typeName.getText().split('.')[0]!);
  return ts.isUnionTypeNode(type) || ts.isTypeLiteralNode(type) || ts.isIntersectionTypeNode(type);
}

function typeOnlyNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>(['Record', 'Partial', 'Pick', 'Omit', 'Readonly']);
  for (const node of file.statements) {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) names.add(node.name.text);
    if (!ts.isImportDeclaration(node) || !node.importClause) continue;
    const { importClause: clause } = node;
    if (clause.isTypeOnly && clause.name) names.add(clause.name.text);
    if (!clause.namedBindings) continue;
    if (ts.isNamespaceImport(clause.namedBindings)) {
      if (clause.isTypeOnly) names.add(clause.namedBindings.name.text);
    } else
      for (const element of clause.namedBindings.elements)
        if (clause.isTypeOnly || element.isTypeOnly) names.add(element.name.text);
  }
  return names;
}
