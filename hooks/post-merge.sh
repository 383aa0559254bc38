# Argument 1 is 1 for `merge --squash`: the commit is still to come.
[ "${1-}" != 1 ] || exit 0
git --icase-pathspecs diff --quiet --no-ext-diff ORIG_HEAD HEAD -- @PATTERNS@ 2>/dev/null && exit 0
