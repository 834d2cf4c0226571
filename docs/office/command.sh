#!/bin/sh
# gridgov on this machine, as the account and with the settings of the service. Install it as /usr/local/bin/gridgov.
# So nothing it writes belongs to root, and it means the same database and keys as the server.
set -eu

settings=${GRIDGOV_SETTINGS_FILE:-/etc/gridgov.env}
program=${GRIDGOV_PROGRAM:-/opt/gridgov/bin/gridgov}
account=${GRIDGOV_ACCOUNT:-gridgov}

# read as systemd reads it: a line is a name and what stands after the sign, nothing in it is carried out
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    [A-Z]*=*)
      value=${line#*=}
      case $value in \"*\") value=${value#\"} value=${value%\"} ;; \'*\') value=${value#\'} value=${value%\'} ;; esac
      export "${line%%=*}=$value"
      ;;
  esac
done < "$settings"

[ "$(id -un)" = "$account" ] || exec runuser -u "$account" -- "$program" "$@"
exec "$program" "$@"
