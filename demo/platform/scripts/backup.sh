# Arranges the nightly backup.
set -eu
echo "backing up $STORAGE GB every night"
