# syntax=docker/dockerfile:1
# Preheat, servers and workers alike: `docker run … preheat` serves, `docker run … preheat worker` works.

FROM node:24.21.0-bookworm-slim AS web
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY sdk ./sdk
COPY web ./web
RUN npx vite build web --logLevel warn

FROM node:24.21.0-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
# What is optional is a Node for machines without one, and an addon that is not used.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Preheat" org.opencontainers.image.licenses="MIT"
# Any address inside the container: so an admin key is required, and without one it does not start.
ENV NODE_ENV=production PREHEAT_HOST=0.0.0.0 PREHEAT_DATA=/data
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY examples ./examples
COPY sdk ./sdk
COPY src ./src
COPY --from=web /app/web/dist ./web/dist
# What the engine makes of the source is kept in the image: a start need not make it again.
RUN NODE_COMPILE_CACHE=/app/node_modules/.cache/preheat node bin/preheat.js --version && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7400
# A worker has no port: disable this there, its lease says how it is.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PREHEAT_PORT||7400}/health/live`).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=4", "bin/preheat.js"]
CMD ["serve"]
