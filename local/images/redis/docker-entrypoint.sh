#!/bin/sh
set -eu
# Options or a configuration file alone mean: run redis-server with them.
case ${1:-} in
  -* | *.conf | '') set -- redis-server "$@" ;;
esac
[ "$1" = redis-server ] || exec "$@"
if [ "$(id -u)" = 0 ]; then
  chown -R redis:redis /data
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi
shift
case ${1:-} in
  -v | --version | -h | --help | --test-memory | --check-system) exec redis-server "$@" ;;
esac
# In the official image protected mode is off unless one says otherwise; Debian's refuses whom it does not know.
said=
for word; do
  [ "$word" != --protected-mode ] || said=yes
done
case ${1:-} in
  -* | '') [ -n "$said" ] || set -- --protected-mode no "$@" ;;
  *) # A configuration file comes before all options.
    file=$1
    shift
    if [ -z "$said" ] && ! grep -qsi '^[[:space:]]*protected-mode[[:space:]]' "$file"; then
      set -- --protected-mode no "$@"
    fi
    set -- "$file" "$@"
    ;;
esac
exec redis-server "$@"
