import { createHash } from 'node:crypto';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const TIMEOUT_MS = 20_000;

/**
 * What a tag means now, as a registry says it (OCI distribution specification, "Pulling manifests"): the digest of the index
 * of all platforms, computed from its bytes.
 * @param registry in place of Docker Hub
 * @throws Error when the registry does not answer, names another digest than the bytes have, or knows one platform only
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
  if (!answer.ok) throw new Error(`${name}:${tag}: ${url} answered ${answer.status}`);
  const type = answer.headers.get('content-type')?.split(';', 1)[0];
  if (!INDEX_TYPES.includes(type ?? ''))
    throw new Error(
      `${name}:${tag} is ${type}, an image of one platform: its digest would shut out the others`,
    );
  const digest = `sha256:${createHash('sha256')
    .update(new Uint8Array(await answer.arrayBuffer()))
    .digest('hex')}`;
  const told = answer.headers.get('docker-content-digest');
  if (told !== digest) throw new Error(`${name}:${tag}: the registry says ${told}, the bytes are ${digest}`);
  return digest;
}

/** `node` is `library/node` of Docker Hub, `owner/image` is there, too; a first part with a dot or a port is a host. */
function placeOf(name: string, hub: string): { host: string; path: string } {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && /[.:]/.test(first)) return { host: `https://${first}`, path: rest.join('/') };
  return { host: hub, path: rest.length > 0 ? name : `library/${name}` };
}

/** An anonymous token, as the challenge says where to get it. */
async function tokenFor(challenge: string): Promise<string> {
  const fields = new Map([...challenge.matchAll(/\b(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const url = new URL(fields.get('realm') ?? '');
  for (const key of ['service', 'scope']) url.searchParams.set(key, fields.get(key) ?? '');
  const answer = await get(url.href, {});
  if (!answer.ok) throw new Error(`${url.origin} gives no token: ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}

const get = (url: string, headers: Record<string, string>) =>
  fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
    throw new Error(`${new URL(url).origin} does not answer`, { cause: error.cause ?? error });
  });
