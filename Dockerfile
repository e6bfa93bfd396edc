# Two images from one file: the worker's has the worker, a browser and fonts; the other has all other roles. Neither has the code of
# other roles, of `stills local` or of tests.
#
#   docker build --target runtime -t ghcr.io/stills-dev/stills:dev .
#   docker build --target worker  -t ghcr.io/stills-dev/stills-worker:dev .
#
# `buildah bud` takes the same arguments. What changes rarely comes first: system packages, npm packages, our own code.

# ---- what npm installs: the lockfile's packages for this platform, none for development
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Left out: Node.js as a package (the image has it), the packaged browser (the worker has Debian's), and what only a
# compiler or a debugger reads. Behind a proxy with a certificate authority of its own: --secret id=ca,src=FILE.
RUN --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
    && npm ci --omit=dev --ignore-scripts \
    && rm -rf node_modules/node-linux-* node_modules/@sparticuz node_modules/.bin node_modules/.package-lock.json \
    && rm -rf node_modules/@duckduckgo/autoconsent/tests* node_modules/@duckduckgo/autoconsent/dist/addon-* \
        node_modules/@duckduckgo/autoconsent/.[a-z]* node_modules/@duckduckgo/autoconsent/data \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete

# ---- what both images have
FROM node:26-bookworm-slim AS base
# tini reaps what a browser leaves behind and passes signals on.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/* /usr/share/doc /usr/share/man \
    && groupadd --gid 65532 stills \
    && useradd --uid 65532 --gid 65532 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin stills
# The only folder that has to be writable is /tmp.
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/compile-cache HOME=/tmp LANG=C.UTF-8 TZ=UTC
WORKDIR /app
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/src/main.ts"]

# ---- what every role imports
FROM base AS shared-code
COPY src/api ./src/api
COPY src/core ./src/core
COPY src/platform ./src/platform
COPY src/main.ts ./src/

FROM shared-code AS operator-code
COPY crds ./crds
COPY src/controller ./src/controller
COPY src/gateway ./src/gateway
COPY src/egress ./src/egress
COPY src/setup ./src/setup

FROM shared-code AS worker-code
COPY src/worker ./src/worker

# ---- compiled code: a role starts in two thirds of the time. Node.js compiles a role when it is started; without settings it stops after that.
FROM operator-code AS operator-compiled
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
# Node.js uses the cache only for the user who owns it.
RUN install --directory --owner 65532 compile-cache
USER 65532:65532
# The cache is readable by its owner alone until chmod; in the images it belongs to root.
RUN for role in controller gateway egress; do \
        node src/main.ts $role 2>&1 | grep 'is not set' || exit 1; \
    done \
    && chmod -R a+rX compile-cache

FROM worker-code AS worker-compiled
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
RUN install --directory --owner 65532 --mode 1777 compile-cache
USER 65532:65532
# The process that scales pictures ends with its input.
RUN node src/main.ts worker 2>&1 | grep 'is not set' \
    && node src/worker/encoding/encoder-main.ts < /dev/null > /dev/null \
    && chmod -R a+rX compile-cache/*
# The container of the browser has a user of its own.
USER 65533:65533
RUN node src/main.ts worker browser 2>&1 | grep 'is not set' \
    && find compile-cache -user 65533 -exec chmod a+rX {} +

# ---- lists for blocking ads, trackers, chats and banners, in the form the worker reads; their licence and sources come with them
FROM packages AS blocking-lists
COPY scripts/build-blocking-lists.ts scripts/fetch-package.ts ./scripts/
COPY scripts/blocking-lists ./scripts/blocking-lists
COPY src/api/settings/blocking-lists.ts ./src/api/settings/
COPY src/worker/blocking ./src/worker/blocking
RUN --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
    && node scripts/build-blocking-lists.ts

# ---- ffmpeg for animations: Debian's program, the libraries that it links to and the base lacks, and what their licences say (that of
# GCC's libraries is with the base's)
FROM base AS ffmpeg
RUN dpkg-query --show --showformat='${Package}\n' | sort > /tmp/packages \
    && ls /usr/lib/*-linux-gnu > /tmp/libraries \
    && apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg \
    && mkdir -p /opt/ffmpeg/bin /opt/ffmpeg/lib /opt/ffmpeg/licences \
    && cp /usr/bin/ffmpeg /opt/ffmpeg/bin/ \
    && ldd /usr/bin/ffmpeg | awk '$3 ~ /^\// { print $3 }' | while read -r library; do \
        grep -qxF "$(basename "$library")" /tmp/libraries || cp --dereference "$library" /opt/ffmpeg/lib/ || exit 1; \
    done \
    && dpkg-query --show --showformat='${Package}\n' | sort | comm -13 /tmp/packages - | while read -r package; do \
        file="/usr/share/doc/$package/copyright"; \
        [ ! -e "$file" ] || cp "$file" "/opt/ffmpeg/licences/$package" || exit 1; \
    done \
    && printf '#!/bin/sh\nLD_LIBRARY_PATH=/opt/ffmpeg/lib exec /opt/ffmpeg/bin/ffmpeg "$@"\n' > /opt/ffmpeg/ffmpeg \
    && chmod 755 /opt/ffmpeg/ffmpeg

# ---- the browser, and fonts for the scripts of the world
FROM base AS browser
# Liberation, Carlito and Caladea have the widths of Arial, Times, Courier, Calibri and Cambria; Noto has the other
# scripts (Arabic, Hebrew, the Indic ones, CJK) and emoji. The cache of fonts is made here: at run time nothing is writable.
# Drivers for graphics cards and Vulkan's debugging layer (190 MB) come along; headless, Chromium draws in software of its own.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        chromium-headless-shell fontconfig \
        fonts-liberation2 fonts-crosextra-carlito fonts-crosextra-caladea \
        fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /usr/lib/*/dri /usr/lib/*/libLLVM* /usr/lib/*/libz3.so* /usr/lib/chromium/libVkLayer_* \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/* /usr/share/doc /usr/share/man \
    && fc-cache --force --system-only

FROM browser AS worker
COPY --from=ffmpeg /opt/ffmpeg /opt/ffmpeg
ENV STILLS_FFMPEG_PATH=/opt/ffmpeg/ffmpeg
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY --from=blocking-lists /app/blocking-lists ./blocking-lists
COPY --from=worker-code /app/src ./src
COPY --from=worker-compiled --chown=root:root /app/compile-cache ./compile-cache
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Stills worker" \
      org.opencontainers.image.description="Takes the pictures: a role of Stills with a headless browser and fonts" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="Stills" \
      org.opencontainers.image.source="https://github.com/stills-dev/stills" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
CMD ["worker"]

# ---- controller, gateway, egress, setup; last, so that it is what a build without --target makes
FROM base AS runtime
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY --from=operator-code /app/crds ./crds
COPY --from=operator-code /app/src ./src
COPY --from=operator-compiled --chown=root:root /app/compile-cache ./compile-cache
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Stills" \
      org.opencontainers.image.description="Screenshots for people who run Kubernetes: controller, gateway and egress proxy" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="Stills" \
      org.opencontainers.image.source="https://github.com/stills-dev/stills" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
