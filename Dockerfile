# slipway with git, kustomize and helm, for pipelines that run in containers.
#
#   docker build --build-arg BASE=docker.io/library/node:22-bookworm@sha256:... --build-arg GO=docker.io/library/golang:1.26-bookworm@sha256:... -t slipway .
#   docker run --rm -v "$PWD:/work" slipway check
#
# Name both by digest to build the same image again: a tag can move. BASE needs node, npm and git, GO a Go toolchain.
ARG BASE=docker.io/library/node:22-bookworm
ARG GO=docker.io/library/golang:1.26-bookworm

# kustomize and helm, as go.mod and go.sum of test/tools pin them.
FROM ${GO} AS tools
WORKDIR /src
COPY scripts/install-tools.sh scripts/
COPY test/tools test/tools
RUN SLIPWAY_TOOLS=/tools scripts/install-tools.sh

# The packages of the lock file, without their scripts.
FROM ${BASE} AS packages
WORKDIR /opt/slipway
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${BASE}
COPY --from=tools /tools/kustomize /tools/helm /usr/local/bin/
COPY --from=packages /opt/slipway/node_modules /opt/slipway/node_modules
COPY LICENSE NOTICE package.json /opt/slipway/
COPY bin /opt/slipway/bin
COPY lib /opt/slipway/lib
COPY schemas /opt/slipway/schemas
# A clone that is mounted belongs to somebody else. Whoever mounts it trusts it, and slipway runs nothing of it but what it renders.
RUN git config --system --add safe.directory '*' && ln -s /opt/slipway/bin/slipway.js /usr/local/bin/slipway
USER 65532:65532
ENV HOME=/tmp
WORKDIR /work
ENTRYPOINT ["slipway"]
