#!/usr/bin/env bash
# Make sure the machine has what gridgov needs from the system: as root by apt, otherwise say the one line to run.
set -euo pipefail

purpose=${1:?demo or test}

missing=() wished=()
need() { missing+=("$@"); }
wish() { wished+=("$@"); }

python3 -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || need python3 python3-venv
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need postgresql
compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || need postgresql-postgis postgresql-postgis-scripts
fc-list 2>/dev/null | grep -qiE 'noto.*cjk|source han|wqy|wenquan' \
  || compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || need fonts-noto-cjk
if [ "$purpose" = test ]; then
  command -v chromium >/dev/null || need chromium
  # the desktop programs that the standard interface is tried with: 370 MB unpacked, two minutes; without them their tests skip
  command -v ogr2ogr >/dev/null || wish gdal-bin
  [ -d /usr/lib/python3/dist-packages/qgis ] || wish python3-qgis qgis-providers
fi

[ ${#missing[@]} -eq 0 ] && [ ${#wished[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] && [ ${#missing[@]} -eq 0 ]; then
  echo "Not here, so their tests are skipped: ${wished[*]}" >&2
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "gridgov needs system packages that are not here: ${missing[*]}" >&2
  echo "Run this once, then the same command again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "Installing system packages: ${missing[*]} ${wished[*]}"
export DEBIAN_FRONTEND=noninteractive
# A package must not start a database server of its own: gridgov runs a private one.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] \
  || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
log=$(mktemp)
install() { apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; }
apt-get update -qq >"$log" 2>&1 || true
if [ ${#missing[@]} -gt 0 ] && ! install "${missing[@]}"; then
  tail -n 20 "$log" >&2
  echo "apt could not install ${missing[*]}; its last words are above (all of them in $log)." >&2
  exit 1
fi
if [ ${#wished[@]} -gt 0 ] && ! install "${wished[@]}"; then
  echo "apt could not install ${wished[*]}: their tests are skipped. Its words are in $log." >&2
  exit 0
fi
rm -f "$log"
