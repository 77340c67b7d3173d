#!/bin/bash
# Makes the database on the first start, then becomes the server.
set -euo pipefail
[[ ${1:-} == -* ]] && set -- postgres "$@"
[[ ${1:-} == postgres ]] || exec "$@"
# These only tell something, and need no database.
for word; do
  case $word in '-?' | --help | -V | --version | --describe-config) exec "$@" ;; esac
done
if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

# Made beside the data, and moved when it is whole: a start that was interrupted before begins anew.
unfinished=$PGDATA/unfinished

make_database() {
  local name file content user password method database more
  for name in POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB; do
    file=${name}_FILE
    if [[ -n ${!file:-} ]]; then
      content=$(<"${!file}")
      declare -g "$name=$content"
    fi
  done
  user=${POSTGRES_USER:-postgres}
  password=${POSTGRES_PASSWORD:-}
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [[ -z $password && $method != trust ]]; then
    echo "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE: the database would have no password" >&2
    exit 1
  fi
  rm -rf "$unfinished"
  mkdir -p "$unfinished" && chmod 700 "$unfinished"
  # Words as in a shell, quotes included. They come last, for the last of two options holds.
  eval "more=(${POSTGRES_INITDB_ARGS:-})"
  initdb -D "$unfinished" -U "$user" --pwfile=<(printf '%s\n' "$password") \
    --auth-local=trust --auth-host="$method" --encoding=UTF8 --locale=C.UTF-8 "${more[@]}"
  echo "host all all all $method" >>"$unfinished/pg_hba.conf"
  database=${POSTGRES_DB:-$user}
  if [[ $database != postgres ]]; then
    printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" |
      postgres --single -j -D "$unfinished" postgres
  fi
}

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  # Moved first, it says that the database is whole, and that only moves are left to be done.
  if [[ ! -s $PGDATA/.PG_VERSION ]]; then
    make_database
    mv "$unfinished/PG_VERSION" "$PGDATA/.PG_VERSION"
  fi
  if [[ -d $unfinished ]]; then
    find "$unfinished" -mindepth 1 -maxdepth 1 -exec mv -t "$PGDATA" {} +
    rmdir "$unfinished"
  fi
  mv "$PGDATA/.PG_VERSION" "$PGDATA/PG_VERSION"
  chmod 700 "$PGDATA" 2>/dev/null || true
fi

# First, for the last of two settings holds: the caller's.
shift
exec postgres -c listen_addresses='*' "$@"
