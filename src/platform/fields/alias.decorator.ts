const ALIASES = Symbol('aliases');

/**
 * Accepts the field under another name as well, which clients of older backends send. Aliases are not in OpenAPI and are
 * kept for one major version. A body with both names is refused.
 */
export function Alias(...names: string[]): PropertyDecorator {
  return (target, property) => {
    const owner = target as { [ALIASES]?: Map<string, string> };
    const aliases = new Map(owner[ALIASES]);
    for (const name of names) aliases.set(name, String(property));
    Object.defineProperty(target, ALIASES, { value: aliases, configurable: true });
  };
}

/** The aliases of a DTO class: alias → field. */
export function aliasesOf(dto: { prototype: object }): ReadonlyMap<string, string> {
  return (dto.prototype as { [ALIASES]?: Map<string, string> })[ALIASES] ?? new Map<string, string>();
}
