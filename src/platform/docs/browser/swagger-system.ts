/** The parts of Swagger UI that the tour uses (https://swagger.io/docs/open-source-tools/swagger-ui/customization/plugin-api). */
export interface System {
  getSystem: () => System;
  React: {
    createElement: (type: unknown, props: object | null, ...children: unknown[]) => unknown;
    useReducer: (reducer: (count: number) => number, initial: number) => [number, () => void];
    useEffect: (effect: () => () => void, dependencies: unknown[]) => void;
  };
  specSelectors: {
    specJsonWithResolvedSubtrees: () => ImmutableMap;
    parameterWithMetaByIdentity: (pathMethod: string[], parameter: ImmutableMap) => ImmutableMap;
  };
  specActions: {
    changeParam: (pathMethod: string[], name: string, place: string, value: string) => unknown;
    changeParamByIdentity: (pathMethod: string[], parameter: ImmutableMap, value: string) => unknown;
  };
  oas3Selectors: { requestBodyValue: (path: string, method: string) => unknown };
  oas3Actions: {
    setRequestBodyValue: (change: { value: string; pathMethod: string[] }) => unknown;
    setRetainRequestBodyValueFlag: (change: { value: boolean; pathMethod: string[] }) => unknown;
  };
  authActions: {
    authorizeWithPersistOption: (authorisations: object) => unknown;
    logoutWithPersistOption: (names: string[]) => unknown;
  };
  layoutActions: { show: (thing: string[], isShown: boolean) => unknown };
}

export interface ImmutableMap {
  get: (key: string) => unknown;
  getIn: (keys: string[]) => unknown;
}

/** Argument of `setResponse`: a response, or an error that contains one. */
export interface SwaggerResponse {
  status?: number;
  obj?: unknown;
  err?: { response?: SwaggerResponse };
}

/** The 3.0 document of the page. */
export interface Spec {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        tags: string[];
        requestBody?: { content?: Record<string, { example?: unknown }> };
      }
    >
  >;
}
