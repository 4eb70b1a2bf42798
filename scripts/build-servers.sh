#!/usr/bin/env bash
# Builds the servers that test/e2e asks (etcd, the Kubernetes control plane and kwok's nodes, pinned in test/e2e/servers) into a cache outside the tree, and puts the CRDs of operators beside them. Needs Go.
#   scripts/build-servers.sh    prints the folder; KUBEBUILDER_ASSETS names one that has them already
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../test/e2e/servers"
if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then echo "$KUBEBUILDER_ASSETS"; exit; fi
bin=${SLIPWAY_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/servers}
stamp=$bin/$(cat etcd/go.* kube/go.* kube/main.go kwok/go.* crds/modules.txt ../../../scripts/build-servers.sh | sha256sum | cut -c1-16).built
mkdir -p "$bin"
if [ ! -e "$stamp" ]; then
  command -v go >/dev/null || { echo "build-servers: Go is missing: https://go.dev/doc/install" >&2; exit 1; }
  export CGO_ENABLED=0
  version=$(sed -nE 's|^\s*k8s.io/kubernetes (v[0-9.]+)$|\1|p' kube/go.mod)
  flags="-s -w"
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags="$flags -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$version") -X $package.gitTreeState=clean"
  done
  # In a copy, since the build completes go.mod.
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cp -r etcd kube kwok "$work"
  (cd "$work/etcd" && go build -mod=mod -trimpath -ldflags "-s -w" -o "$bin/etcd" go.etcd.io/etcd/server/v3)
  (cd "$work/kube" && go build -mod=mod -trimpath -ldflags "$flags" -o "$bin/kube" .)
  for name in kube-apiserver kube-controller-manager kube-scheduler; do ln -sf kube "$bin/$name"; done
  (cd "$work/kwok" && go build -mod=mod -trimpath -ldflags "-s -w" -o "$bin/kwok" sigs.k8s.io/kwok/cmd/kwok)
  # The CRDs of operators, for the API server to judge their kinds.
  rm -rf "$bin/crds"
  mkdir "$bin/crds"
  while read -r module folder; do
    place=$(cd "$work" && go mod download -json "$module" | sed -nE 's|^\s*"Dir": "(.*)",?$|\1|p')
    for file in "$place/$folder"/*.yaml; do
      [ "$(basename "$file")" = kustomization.yaml ] || install -m 644 "$file" "$bin/crds"
    done
  done <crds/modules.txt
  # What kwok's nodes and pods go through, from its own module.
  stages=$(cd "$work/kwok" && go mod download -json "sigs.k8s.io/kwok@$(sed -nE 's|^require sigs.k8s.io/kwok (.*)$|\1|p' go.mod)" | sed -nE 's|^\s*"Dir": "(.*)",?$|\1|p')/kustomize/stage
  for file in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease pod/fast/pod-ready pod/fast/pod-complete pod/fast/pod-delete; do
    cat "$stages/$file.yaml"
    echo ---
  done >"$bin/kwok-stages.yaml"
  rm -f "$bin"/*.built
  touch "$stamp"
fi
echo "$bin"
