import { createHash } from 'node:crypto';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const TIMEOUT_MS = 20_000;

/**
 * The current digest of a tag (OCI distribution specification, "Pulling manifests"): that of the index of all platforms,
 * computed from its bytes.
 * @param registry replaces Docker Hub, for tests
 * @throws Error when the registry does not respond, reports another digest than the bytes have, or has one platform only
 */
export async function digestOf(
  name: string,
  tag: string,
  registry = 'https://registry-1.docker.io',
): Promise<string> {
  const { host, path } = placeOf(name, registry);
  const url = `${host}/v2/${path}/manifests/${tag}`;
  const headers = { Accept: INDEX_TYPES.join(', ') };
  let answer = await get(url, headers);
  if (answer.status === 401) {
    const token = await tokenFor(answer.headers.get('www-authenticate') ?? '');
    answer = await get(url, { ...headers, Authorization: `Bearer ${token}` });
  }
  if (!answer.ok) throw new Error(`${name}:${tag}: ${url} responded ${answer.status}`);
  const type = answer.headers.get('content-type')?.split(';', 1)[0];
  if (!INDEX_TYPES.includes(type ?? ''))
    throw new Error(
      `${name}:${tag} is ${type}, an image of one platform: its digest would exclude the others`,
    );
  const digest = `sha256:${createHash('sha256')
    .update(new Uint8Array(await answer.arrayBuffer()))
    .digest('hex')}`;
  const reported = answer.headers.get('docker-content-digest');
  if (reported !== digest)
    throw new Error(`${name}:${tag}: the registry reports the digest ${reported}, the bytes have ${digest}`);
  return digest;
}

/**
 * `node` is `library/node` of Docker Hub, and `owner/image` is there as well; a first part with a dot or a port is a
 * host.
 */
function placeOf(name: string, hub: string): { host: string; path: string } {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && /[.:]/.test(first)) return { host: `https://${first}`, path: rest.join('/') };
  return { host: hub, path: rest.length > 0 ? name : `library/${name}` };
}

/** Gets an anonymous token from the address that the challenge names. */
async function tokenFor(challenge: string): Promise<string> {
  const fields = new Map([...challenge.matchAll(/\b(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const url = new URL(fields.get('realm') ?? '');
  for (const key of ['service', 'scope']) url.searchParams.set(key, fields.get(key) ?? '');
  const answer = await get(url.href, {});
  if (!answer.ok) throw new Error(`${url.origin} refuses an anonymous token: ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}

const get = (url: string, headers: Record<string, string>) =>
  fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
    throw new Error(`${new URL(url).origin} does not respond`, { cause: error.cause ?? error });
  });
