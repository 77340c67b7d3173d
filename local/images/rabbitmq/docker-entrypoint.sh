#!/bin/bash
# Reads what is given by file, and becomes the server (or any other program).
set -euo pipefail
[[ ${1:-} == -* ]] && set -- rabbitmq-server "$@"
data=/var/lib/rabbitmq
if [[ ${1:-} == rabbitmq* && $(id -u) == 0 ]]; then
  [[ $1 != rabbitmq-server ]] || find "$data" \! -user rabbitmq -exec chown rabbitmq:rabbitmq {} +
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
fi
for name in RABBITMQ_DEFAULT_USER RABBITMQ_DEFAULT_PASS RABBITMQ_DEFAULT_VHOST RABBITMQ_ERLANG_COOKIE; do
  file=${name}_FILE
  if [[ -n ${!file:-} ]]; then
    # By itself, so that a file which is not there is no empty value.
    content=$(<"${!file}")
    export "$name=$content"
    unset "$file"
  fi
done
if [[ -z ${RABBITMQ_USE_LONGNAME:-} && $(hostname) == *.* ]]; then
  export RABBITMQ_USE_LONGNAME=true
fi
cookie=$data/.erlang.cookie
if [[ ${1:-} == rabbitmq-server && ! -s $cookie ]]; then
  # Erlang would make one that is easier to guess.
  (umask 077 && base64 -w 0 <(head -c 42 /dev/urandom) >"$cookie")
fi
# A volume given to a group is made readable by it, and Erlang refuses a cookie that others may read.
[[ ! -O $cookie ]] || chmod 400 "$cookie"
exec "$@"
