#!/usr/bin/env bash
# Builds the image and starts it once on a machine that can reach package registries but no image registry.
# Needs root, and Debian's docker.io and mmdebstrap; runs a Docker of its own, in a folder of its own, and ends it.
#   deploy/docker/build-without-registry.sh [folder for Docker's data, default build/docker]
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(realpath -m "${1:-build/docker}")
image=frontdesk:$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
base=python:3.11-slim-bookworm
export DOCKER_HOST=unix://$data/docker.sock DOCKER_BUILDKIT=0

say() { printf '\n== %s\n' "$*"; }

need() { command -v "$1" >/dev/null || { echo "$1 is missing: apt-get install --no-install-recommends $2" >&2; exit 1; }; }

start_docker() {
  mkdir -p "$data"
  dockerd --data-root "$data/root" --exec-root "$data/exec" --pidfile "$data/dockerd.pid" --host "$DOCKER_HOST" \
    --bip 10.231.0.1/24 >"$data/dockerd.log" 2>&1 &
  daemon=$!
  trap 'kill "$daemon"; wait "$daemon" || true' EXIT
  until docker version >/dev/null 2>&1; do
    kill -0 "$daemon" || { tail "$data/dockerd.log" >&2; exit 1; }
    sleep 0.2
  done
}

# Stands in for the image of that name: Debian's Python, and the certificates this machine trusts.
make_base() {
  docker image inspect "$base" >/dev/null 2>&1 && return
  mmdebstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates \
    --customize-hook='copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs' \
    --customize-hook='rm -f "$1"/usr/lib/python3.*/EXTERNALLY-MANAGED' bookworm - |
    docker import --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
      --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' - "$base"
}

# As strictly as Kubernetes runs it.
strict() {
  docker run --read-only --user 10001:10001 --tmpfs /tmp:uid=10001,gid=10001 --cap-drop ALL \
    --security-opt no-new-privileges "$@"
}

try_image() {
  say "frontdesk version"
  strict --rm "$image" version
  say "it holds no compiler and no Node, and its files cannot be changed"
  strict --rm --entrypoint sh "$image" -c '! command -v gcc cc make node npm && ! touch /opt/frontdesk/x 2>/dev/null'
  say "everything in one container, from the embedded servers to the demo"
  local box; box=$(strict --detach --env FRONTDESK_HOST=0.0.0.0 "$image" run)
  until docker exec "$box" python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8080/readyz")' 2>/dev/null; do
    [ "$(docker inspect --format '{{.State.Running}}' "$box")" = true ] || { docker logs "$box"; exit 1; }
    sleep 0.5
  done
  docker logs "$box"
  docker stop --time 30 "$box" >/dev/null
  say "it ended with exit code $(docker wait "$box")"
  docker rm "$box" >/dev/null
}

need dockerd docker.io
need mmdebstrap mmdebstrap
start_docker
say "base"; make_base
say "$image"; docker build --file deploy/docker/Dockerfile --tag "$image" .
try_image
docker images "$image"
