# One image, three commands: the API (default), the worker (node dist/bundle/src/worker.js), and the migrations
# (node dist/bundle/scripts/migrate.js). `npm run image:check` performs these steps without Docker and boots the result.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The workspaces that package.json names: npm links them.
COPY packages/client/package.json ./packages/client/
COPY packages/gemini-sandbox/package.json ./packages/gemini-sandbox/
COPY packages/stripe-sandbox/package.json ./packages/stripe-sandbox/
COPY web/admin/package.json ./web/admin/
COPY web/console/package.json ./web/console/
# No install script is needed here: those of the embedded PostgreSQL are for trying out.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc ./
COPY src ./src
COPY packages ./packages
COPY web ./web
COPY migrations ./migrations
COPY scripts ./scripts
RUN npm run build
# Most packages are inside the bundle now; those that it does not load are deleted, the tools and the embedded PostgreSQL
# with them (docs/adr/0049-the-image-carries-what-it-loads.md).
RUN node scripts/keep-loaded.js

FROM node:24-slim
WORKDIR /app
# Inside a container loopback is unreachable from outside. With a sandbox on, the process asks for SANDBOX_PUBLIC then.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/bundle ./dist/bundle
# Files that the programs read by path, and Node's settings.
COPY --from=build /app/dist/migrations/functions ./dist/migrations/functions
COPY --from=build /app/dist/src/platform/docs/browser ./dist/src/platform/docs/browser
COPY --from=build /app/dist/src/preload.js ./dist/src/preload.js
COPY --from=build /app/web/admin/dist ./web/admin/dist
COPY --from=build /app/web/console/dist ./web/console/dist
USER node
EXPOSE 3000
# Of the API; the other two commands listen nowhere, switch it off for them.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As process 1 Node reaps no orphans: run with `docker run --init` (compose: `init: true`).
CMD ["node", "--import", "./dist/src/preload.js", "dist/bundle/src/main.js"]
