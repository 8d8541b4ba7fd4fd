import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 30_000;

/**
 * The commit of a tag of an action's repository; for an annotated tag the commit that it points to.
 * @param place URL of repositories; `{}` stands for `owner/name`
 * @throws Error when there is no such tag
 */
export async function commitOf(name: string, tag: string, place = 'https://github.com/{}'): Promise<string> {
  const [owner, repository] = name.split('/');
  const url = place.replace('{}', `${owner}/${repository}`);
  const ref = `refs/tags/${tag}`;
  const options = ['-c', 'credential.helper=', 'ls-remote', '--', url, ref, `${ref}^{}`];
  const { stdout } = await promisify(execFile)('git', options, { timeout: TIMEOUT_MS });
  const found = new Map(stdout.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
  const commit = found.get(`${ref}^{}`) ?? found.get(ref);
  if (!commit) throw new Error(`${url} has no tag ${tag}`);
  return commit;
}
