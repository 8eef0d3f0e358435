#!/bin/sh
# Two labs, each in a network namespace of its own on one bridge, for drills: a is 10.223.0.2, b is 10.223.0.3, and the
# machine itself 10.223.0.1. Needs root. Usage: pair.sh up FOLDER | down FOLDER
set -eu
here=$(dirname "$0")
folder=$2
case $1 in
  up)
    mkdir -p "$folder"
    ip link add slgpair type bridge
    ip addr add 10.223.0.1/24 dev slgpair
    ip link set slgpair up
    for name in a b; do
      last=$([ "$name" = a ] && echo 2 || echo 3)
      ip netns add "slgpair$name"
      ip link add "slgpair-$name" type veth peer name eth0 netns "slgpair$name"
      ip link set "slgpair-$name" master slgpair up
      ip -n "slgpair$name" addr add "10.223.0.$last/24" dev eth0
      ip -n "slgpair$name" link set eth0 up
      ip -n "slgpair$name" link set lo up
      ip netns exec "slgpair$name" node "$here/start.js" --dir "$folder/$name" --address "10.223.0.$last" \
        --media 20000-23999 --flow-timer 10 >"$folder/$name.json"
    done
    cat "$folder/a/certificates/ca.pem" "$folder/b/certificates/ca.pem" >"$folder/ca.pem"
    ;;
  down)
    for name in a b; do
      node "$here/stop.js" --dir "$folder/$name" || true
      ip netns del "slgpair$name" || true
    done
    ip link del slgpair
    ;;
  *)
    echo "pair.sh up FOLDER | down FOLDER" >&2
    exit 2
    ;;
esac
