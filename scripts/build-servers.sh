#!/usr/bin/env bash
# Builds the servers that test/e2e and the demo ask (etcd, the Kubernetes control plane and kubectl, kwok's nodes, Argo CD, External Secrets, Argo Rollouts, Envoy Gateway's translation; pinned in test/e2e/servers) into a cache outside the tree, and puts the CRDs of operators beside them. Needs Go.
#   scripts/build-servers.sh    prints the folder; KUBEBUILDER_ASSETS names one that has them already
#   SLIPWAY_KUBERNETES=1.36 scripts/build-servers.sh    builds the control plane of that version too, into a folder below that, if test/e2e/servers pins it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../test/e2e/servers"
if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then echo "$KUBEBUILDER_ASSETS"; exit; fi
servers=$PWD
bin=${SLIPWAY_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/servers}
mkdir -p "$bin"
export CGO_ENABLED=0
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

# Builds a part unless it is there as this script and its own folder say, in a copy of the folder, since a build completes go.mod.
part() {
  local name=$1 stamp
  stamp=$bin/$name-$(find "$name" ../../../scripts/build-servers.sh -type f | sort | xargs cat | sha256sum | cut -c1-16).built
  [ ! -e "$stamp" ] || return 0
  command -v go >/dev/null || { echo "build-servers: Go is missing: https://go.dev/doc/install" >&2; exit 1; }
  echo "building $name" >&2
  cp -r "$name" "$work"
  (cd "$work/$name" && case $name in kubernetes-*) another_version ;; *) "$name" ;; esac)
  rm -f "$bin/$name-"*.built
  touch "$stamp"
}
# Where the module cache has a module, which go.mod pins or @VERSION says.
module() { go mod download -json "$1" | sed -nE 's|^\s*"Dir": "(.*)",?$|\1|p'; }
build() { local out=$1 flags=$2; shift 2; go build -mod=mod -trimpath -ldflags "-s -w $flags" -o "$bin/$out" "$@"; }

etcd() { build etcd "" go.etcd.io/etcd/server/v3; }

kube() { control_plane ""; }
# Another version, by the name of its folder: kubernetes-1.36.
another_version() {
  local version
  version=$(basename "$PWD")
  version=${version#kubernetes-}
  cp "$servers/kube/main.go" .
  mkdir -p "$bin/$version"
  control_plane "$version/"
}
# Of the version that go.mod says, into a folder below $bin.
control_plane() {
  local place=$1 version flags package name
  version=$(sed -nE 's|^\s*k8s.io/kubernetes (v[0-9.]+)$|\1|p' go.mod)
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags="${flags:-} -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$version") -X $package.gitTreeState=clean"
  done
  build "${place}kube" "$flags" .
  for name in kube-apiserver kube-controller-manager kube-scheduler kubectl; do ln -sf kube "$bin/$place$name"; done
}

kwok() {
  local stages file
  build kwok "" sigs.k8s.io/kwok/cmd/kwok
  # What its nodes and pods go through.
  stages=$(module sigs.k8s.io/kwok)/kustomize/stage
  for file in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease pod/fast/pod-ready pod/fast/pod-complete pod/fast/pod-delete; do
    cat "$stages/$file.yaml"
    echo ---
  done >"$bin/kwok-stages.yaml"
}

# A copy of the module in which one line is another: the controller's metrics, which it offers to every network, stay on loopback.
argocd() {
  local controller=patched/controller/appcontroller.go name
  cp -r "$(module github.com/argoproj/argo-cd/v3@"$(sed -nE 's|^require github.com/argoproj/argo-cd/v3 (.*)$|\1|p' go.mod)")" patched
  chmod -R u+w patched
  sed -i 's|"0.0.0.0:%d", metricsPort|"127.0.0.1:%d", metricsPort|' "$controller"
  grep -q '"127.0.0.1:%d", metricsPort' "$controller"
  build argocd "" github.com/argoproj/argo-cd/v3/cmd
  for name in argocd-server argocd-repo-server argocd-application-controller; do ln -sf argocd "$bin/$name"; done
  # Its configuration as it is installed.
  rm -rf "$bin/argocd-config"
  cp -r patched/manifests/base/config "$bin/argocd-config"
}

# The operator itself, of whose providers and generators only those for tests are built: the others are clients of every cloud there is.
external-secrets() {
  local file
  cp -r "$(module github.com/external-secrets/external-secrets)" patched
  chmod -R u+w patched
  cd patched
  for file in pkg/provider/register/register.go pkg/generator/register/register.go; do
    sed -i '/^\s_ ".*\/fake"$/b; /^\s_ "github.com\/external-secrets\//d' "$file"
    grep -q '/fake"' "$file"
  done
  build external-secrets "" .
}

# What translates Gateways and routes into what Envoy does, and says what is wrong with them: the control plane itself needs an address for Envoy to call.
envoy-gateway() { build egctl "" github.com/envoyproxy/gateway/cmd/egctl; }
# A copy in which its metrics and health stay on loopback, and what stands in for the plugin that sets the weights of HTTPRoutes.
argo-rollouts() {
  local controller=controller/controller.go
  cp -r "$(module github.com/argoproj/argo-rollouts)" patched
  chmod -R u+w patched
  cp -r plugin patched/cmd/gateway-api-plugin
  cd patched
  sed -i 's|"0.0.0.0:%d"|"127.0.0.1:%d"|' "$controller"
  grep -q '"127.0.0.1:%d"' "$controller"
  build rollouts-controller "" ./cmd/rollouts-controller
  build rollouts-gateway-api-plugin "" ./cmd/gateway-api-plugin
}

# The CRDs of operators, for the API server to judge their kinds.
crds() {
  local name folder place file
  rm -rf "$bin/crds"
  mkdir "$bin/crds"
  while read -r name folder; do
    place=$(module "$name")
    for file in "$place/$folder"/*.yaml; do
      # A chart's own conditions stand around some.
      if grep -q '^kind: CustomResourceDefinition$' "$file"; then sed '/^{{/d' "$file" >"$bin/crds/$(basename "$file")"; fi
    done
  done <modules.txt
}

parts=(etcd kube kwok crds argocd external-secrets argo-rollouts envoy-gateway)
version=${SLIPWAY_KUBERNETES:-}
if [ -d "kubernetes-$version" ]; then parts+=("kubernetes-$version"); fi
for name in "${parts[@]}"; do part "$name"; done
echo "$bin"
