#!/usr/bin/env bash
# Runs once, when the image makes a new database: the role that the service works as, with a password of its own.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --set password="$CATASTRO_SERVICE_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role catastro_servicio login password :'password';
SQL
