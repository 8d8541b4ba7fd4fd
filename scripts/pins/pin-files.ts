import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitOf } from './git-tags.js';
import { keyOf, referencesOf, withPins, type Reference } from './references.js';
import { digestOf } from './registry.js';

export interface Sources {
  /** Replaces Docker Hub, for tests. */
  registry?: string;
  /** Replaces GitHub, for tests; `{}` stands for `owner/name`. */
  git?: string;
  only?: Reference['kind'];
}

const WORKFLOWS = '.github/workflows';

/** Every image and action that the repository at `root` builds, tests or runs with. */
export function allReferences(root: string): Reference[] {
  const workflows = readdirSync(join(root, WORKFLOWS)).map((name) => `${WORKFLOWS}/${name}`);
  return ['Dockerfile', 'docker-compose.yml', 'deploy/compose/scale.yml', ...workflows].flatMap((file) =>
    referencesOf(file, readFileSync(join(root, file), 'utf8')),
  );
}

/**
 * Reads the current digest or commit of each tag, and writes it beside the tag. Nothing is written unless all requests
 * succeed.
 * @returns one line per change
 * @throws Error also when a full version of an action (`v1.2.3`) has moved to another commit, which has no good reason
 */
export async function pinFiles(root: string, sources: Sources = {}, isDryRun = false): Promise<string[]> {
  const references = allReferences(root).filter(({ kind }) => !sources.only || kind === sources.only);
  const pins = new Map<string, string>();
  for (const reference of references) {
    const { kind, name, tag, pin } = reference;
    const next =
      pins.get(keyOf(reference)) ??
      (kind === 'image'
        ? await digestOf(name, tag, sources.registry)
        : await commitOf(name, tag, sources.git));
    if (kind === 'action' && pin && pin !== next && /^v\d+\.\d+\.\d+$/.test(tag))
      throw new Error(`${name} ${tag} was ${pin} and is ${next} now: find out why before you use it`);
    pins.set(keyOf(reference), next);
  }
  const changed = references.filter((one) => one.pin !== pins.get(keyOf(one)));
  for (const file of isDryRun ? [] : new Set(changed.map((one) => one.file))) {
    const path = join(root, file);
    const here = changed.filter((one) => one.file === file);
    writeFileSync(path, withPins(readFileSync(path, 'utf8'), here, pins));
  }
  return changed.map((one) => `${one.file}:${one.line} ${one.name} ${one.tag} → ${pins.get(keyOf(one))}`);
}
