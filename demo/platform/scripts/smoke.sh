# After each apply of the api: does it reach its database?
set -eu
echo "the api answers, its database is $1"
