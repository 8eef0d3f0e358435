#!/bin/sh
# Two labs, each in a network namespace of its own on one bridge, for drills: a is 10.223.0.2, b is 10.223.0.3, and the
# machine itself 10.223.0.1. Needs root. What it makes is named slgpair..., and nothing else is touched.
usage() {
  cat >&2 <<END
pair.sh up FOLDER            starts both, with their files in FOLDER
pair.sh down FOLDER          ends them; also what an interrupted run left, and safe to do twice
pair.sh break FOLDER FAULT   kamailio or rtpengine: kill -9 of that of a; partition: a is silent, both ways
pair.sh mend FOLDER FAULT    a as it was before
END
  exit 2
}
set -eu
[ $# -ge 2 ] || usage
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
bridge=slgpair
net=10.223.0

complain() {
  echo "pair.sh: $*" >&2
  exit 1
}

address_of() {
  case $1 in a) echo "$net.2" ;; b) echo "$net.3" ;; esac
}

start_lab() {
  ip netns exec "$bridge$1" node "$here/start.js" --dir "$folder/$1" --address "$(address_of "$1")" \
    --media 20000-23999 --flow-timer 10 >"$folder/$1.json"
}

# From this machine, where the agents are: each answers by itself all the while.
reachable() {
  node -e 'const socket = require("node:net").connect(5060, process.argv[1])
    socket.on("connect", () => process.exit(0)).on("error", () => process.exit(1))
    socket.setTimeout(5000, () => process.exit(1))' "$(address_of "$1")" || complain "$1 cannot be reached"
}

up() {
  ip link show "$bridge" >/dev/null 2>&1 && complain "it is up, or an interrupted run left it: pair.sh down $folder"
  ip -o addr | grep -q " $net\." && complain "this machine has an address in $net.0/24 already"
  # What was made when a step fails goes again.
  trap 'down' EXIT
  trap 'exit 1' INT TERM HUP
  ip link add "$bridge" type bridge
  ip addr add "$net.1/24" dev "$bridge"
  ip link set "$bridge" up
  for name in a b; do
    ip netns add "$bridge$name"
    ip link add "$bridge-$name" type veth peer name eth0 netns "$bridge$name"
    ip link set "$bridge-$name" master "$bridge" up
    ip -n "$bridge$name" addr add "$(address_of "$name")/24" dev eth0
    ip -n "$bridge$name" link set eth0 up
    ip -n "$bridge$name" link set lo up
    start_lab "$name"
    reachable "$name"
  done
  cat "$folder/a/certificates/ca.pem" "$folder/b/certificates/ca.pem" >"$folder/ca.pem"
  trap - EXIT
}

# A namespace outlives its name while a process is in it, and so would its cable.
down() {
  for name in a b; do
    node "$here/stop.js" --dir "$folder/$name" || true
    if ip netns list | grep -q "^$bridge$name\b"; then
      for pid in $(ip netns pids "$bridge$name"); do kill -s KILL "$pid" 2>/dev/null || true; done
      ip netns del "$bridge$name"
    fi
    if ip link show "$bridge-$name" >/dev/null 2>&1; then ip link del "$bridge-$name" 2>/dev/null || true; fi
  done
  if ip link show "$bridge" >/dev/null 2>&1; then ip link del "$bridge"; fi
}

# The moment at which the fault was in force is in FOLDER/broken, in seconds since 1970.
break_a() {
  case $1 in
    kamailio | rtpengine) kill -s KILL -- "-$(cat "$folder/a/$1.pid")" ;;
    partition)
      ip netns exec "${bridge}a" nft 'table inet pair {
        chain in { type filter hook input priority -300; iifname "eth0" drop; }
        chain out { type filter hook output priority -300; oifname "eth0" drop; }
      }'
      ;;
    *) usage ;;
  esac
  date +%s.%N >"$folder/broken"
}

mend_a() {
  case $1 in
    kamailio | rtpengine)
      node "$here/stop.js" --dir "$folder/a"
      start_lab a
      ;;
    partition) ip netns exec "${bridge}a" nft 'add table inet pair; delete table inet pair' ;;
    *) usage ;;
  esac
}

case $1 in
  up) up ;;
  down) down ;;
  break) break_a "${3-}" ;;
  mend) mend_a "${3-}" ;;
  *) usage ;;
esac
