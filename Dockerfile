# Image of Nodens: linux/amd64 and linux/arm64, `docker buildx build --platform linux/amd64,linux/arm64 .`
# The final stage holds node, the C libraries that it needs and dist/: no shell, no package manager.
ARG NODE_IMAGE=node:26.10.0-bookworm-slim

# JavaScript is the same everywhere: built once, on the builder's own platform.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
ARG NODENS_REVISION=unknown
ENV NODENS_REVISION=${NODENS_REVISION}
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.mjs

# What differs by platform: the addon for batched UDP, node with the right to bind port 53, its libraries, the code cache.
FROM ${NODE_IMAGE} AS target
RUN apt-get update \
  && apt-get install -y --no-install-recommends gcc libc6-dev libatomic1 libcap2-bin ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/dist /rootfs/nodens
COPY native /src/native
COPY scripts/build-native.mjs /src/scripts/build-native.mjs
RUN node /src/scripts/build-native.mjs --required \
  --out "/rootfs/nodens/udp-linux-$(node -p process.arch).node"
COPY scripts/image-root /usr/local/bin/image-root
COPY scripts/warm.mjs scripts/warm.corefile /src/scripts/
RUN sh /usr/local/bin/image-root /rootfs /src/scripts/warm.mjs

FROM scratch
COPY --from=target /rootfs /
USER 65532:65532
WORKDIR /
EXPOSE 53 53/udp 8080 8181 9153
# The flag keeps SIGUSR1, which reloads, from opening a debugger port before the handler is there.
ENTRYPOINT ["/nodens/node", "--inspect-port=240.0.0.0:9229", "--min-semi-space-size=2", "--max-semi-space-size=2", "/nodens/main.js"]
