#!/bin/sh
set -e
if ! getent passwd orgmap >/dev/null; then
  useradd --system --user-group --home-dir /var/lib/orgmap --no-create-home --shell /usr/sbin/nologin orgmap
fi
install -d -m 0700 -o orgmap -g orgmap /var/lib/orgmap
chgrp orgmap /etc/orgmap/orgmap.env
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  # An upgrade: the new program takes over once its schema is there. see "Upgrade" in docs/operations.md.
  if systemctl is-active --quiet orgmap; then
    echo "orgmap still runs its old version. Migrate ('orgmap migrate up'), then: systemctl restart orgmap"
  fi
fi
