# Makes the first tenant, once.
set -eu
echo "making a tenant at $API"
echo "tenant=tenant-1" >>"$PORTOLAN_OUTPUTS"
