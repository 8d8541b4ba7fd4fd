import type { Operation } from './call.js';
import { filledBody, isUntouched, type Fill } from './fills.js';
import type { ImmutableMap, Spec, System } from './swagger-system.js';

/** Fills values into Swagger UI's fields, of opened and unopened operations, and keeps values that the person typed. */
export class FormFiller {
  /** The last value filled in, by field. */
  private readonly filled = new Map<string, string>();

  constructor(
    private readonly system: System,
    private readonly spec: Spec,
  ) {}

  fill(fill: Fill): void {
    const key = [fill.method, fill.path, fill.in, fill.name].join(' ');
    if (this.filled.get(key) === fill.value) return;
    const isDone = fill.in === 'path' ? this.fillPath(fill, key) : this.fillBody(fill, key);
    if (isDone) this.filled.set(key, fill.value);
  }

  private fillPath({ method, path, name, value }: Fill, key: string): boolean {
    const { specSelectors, specActions } = this.system;
    const pathMethod = [path, method];
    const parameter = this.resolvedParameter({ method, path }, name);
    if (!parameter) {
      // The operation is not opened yet, so its field does not exist.
      specActions.changeParam(pathMethod, name, 'path', value);
      return true;
    }
    const present = specSelectors.parameterWithMetaByIdentity(pathMethod, parameter).get('value');
    if (!isUntouched(present, [exampleOf(parameter), this.filled.get(key)])) return false;
    specActions.changeParamByIdentity(pathMethod, parameter, value);
    return true;
  }

  private fillBody({ method, path, name, value }: Fill, key: string): boolean {
    const { oas3Selectors, oas3Actions } = this.system;
    const example = this.spec.paths[path]?.[method]?.requestBody?.content?.['application/json']?.example;
    const current = oas3Selectors.requestBodyValue(path, method) ?? JSON.stringify(example ?? {});
    const untouched = [(example as Record<string, unknown> | undefined)?.[name], this.filled.get(key)];
    const body = typeof current === 'string' ? filledBody(current, name, value, untouched) : null;
    if (body === null) return false;
    const pathMethod = [path, method];
    oas3Actions.setRequestBodyValue({ value: body, pathMethod });
    // Otherwise Swagger UI resets the field to the example when the operation is opened.
    oas3Actions.setRetainRequestBodyValueFlag({ value: true, pathMethod });
    return true;
  }

  /** Swagger UI resolves the references of an operation when it is opened. */
  private resolvedParameter({ method, path }: Operation, name: string): ImmutableMap | undefined {
    const parameters = this.system.specSelectors
      .specJsonWithResolvedSubtrees()
      .getIn(['paths', path, method, 'parameters']) as Iterable<ImmutableMap> | undefined;
    return [...(parameters ?? [])].find((p) => p.get('name') === name && p.get('in') === 'path');
  }
}

const exampleOf = (parameter: ImmutableMap): unknown =>
  parameter.get('example') ?? parameter.getIn(['schema', 'example']);
