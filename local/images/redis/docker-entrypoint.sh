#!/bin/sh
set -eu
# Options or a configuration file alone mean: run redis-server with them.
case ${1:-} in
  -* | *.conf | '') set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -R redis:redis /data
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi
exec "$@"
