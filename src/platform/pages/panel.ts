import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readBuild, type PageBuild } from './page-build.js';
import { send, serve, type Resource } from './resource.js';

/** The operators' panel as it is served: its files for admins, and a sign-in page that leads to it. */
export interface Panel {
  /** Below `/admin`, for admins only. */
  app: PageBuild;
  /** Below `/operators`, for everyone: it asks for the cookie that loads the panel. */
  entrance: PageBuild;
}

/** The builds of the workspace web/admin. */
const BUILDS = {
  app: fileURLToPath(new URL('../../../../web/admin/dist/app', import.meta.url)),
  entrance: fileURLToPath(new URL('../../../../web/admin/dist/entrance', import.meta.url)),
};

export const PANEL_PATH = '/admin';
export const ENTRANCE_PATH = '/operators';

/** Every use asks again, because the role may have ended; no shared cache keeps a file. */
const PRIVATE = { 'cache-control': 'private, no-cache' };

/** Reads the builds of the panel. @returns null where it is not built */
export async function readPanel(builds = BUILDS): Promise<Panel | null> {
  const [app, entrance] = await Promise.all([readBuild(builds.app), readBuild(builds.entrance)]);
  return app && entrance ? { app, entrance } : null;
}

/**
 * Serves the panel to admins. For everyone else each address below `/admin` must be answered as one that does not exist,
 * byte for byte and for each method: the files therefore have no routes. A hook in front of the router answers the requests
 * that `admits` lets pass, and leaves all others to the router, which knows nothing of them.
 * @param admits whether a request with this `Cookie` header may load a file; asked for each file
 */
export function servePanel(
  server: FastifyInstance,
  { app, entrance }: Panel,
  admits: (cookies: string | undefined) => Promise<boolean>,
): void {
  const files = below(PANEL_PATH, app);
  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (!request.url.startsWith(PANEL_PATH)) return;
    const file = isRead(request.method) ? files.get(request.url.split('?', 1)[0]!) : undefined;
    if (!file || !(await admits(request.headers.cookie))) return;
    // An open panel asks every second whether it may stay.
    if (request.method === 'HEAD') request.isQuiet = true;
    await send(request, reply, file);
  });
  for (const [path, file] of below(ENTRANCE_PATH, entrance))
    if (!path.endsWith('/')) serve(server, path, file);
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** The files of a build by their addresses below `base`. */
function below(base: string, { page, files }: PageBuild): Map<string, Resource> {
  const isPrivate = base === PANEL_PATH;
  const resource = (file: Resource): Resource =>
    isPrivate ? { ...file, headers: { ...file.headers, ...PRIVATE } } : file;
  return new Map([
    [base, resource(page)],
    [`${base}/`, resource(page)],
    ...Object.entries(files).map(([path, file]): [string, Resource] => [base + path, resource(file)]),
  ]);
}
