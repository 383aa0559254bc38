# A file, or nothing: no link, which would be written through, and no pipe.
plain() { [ ! -h "$1" ] && { [ -f "$1" ] || [ ! -e "$1" ]; }; }

# Ends after one look at the index when nothing is staged that pages are made from and no text waits for its page.
[ -d "$git_dir/rebase-merge" ] || [ -d "$git_dir/rebase-apply" ] && exit 0
find_shared
# A framework that no git started (`pre-commit run --all-files`) wants every page looked at; and it may run us below
# the top, where patterns would match less.
if [ -z "${PRE_COMMIT-}" ] || [ -n "${GIT_INDEX_FILE-}" ] &&
  case $0 in *repodoc-pre-commit) [ -e .git ] ;; esac &&
  [ ! -e "$shared/repodoc/ready" ] && [ ! -e "$git_dir/SQUASH_MSG" ] &&
  git --icase-pathspecs diff --cached --quiet --no-ext-diff -- @PATTERNS@
then
  # post-commit need not look any further, if the same git runs it. Written in place: truncating costs a flush.
  find_git
  plain "$git_dir/repodoc/quiet" && { echo "quiet $git_pid" 1<>"$git_dir/repodoc/quiet" || {
    umask 077 && mkdir "$git_dir/repodoc" && echo "quiet $git_pid" >"$git_dir/repodoc/quiet"
  }; } 2>/dev/null
  exit 0
fi
plain "$git_dir/repodoc/quiet" && { echo 1<>"$git_dir/repodoc/quiet"; } 2>/dev/null
export REPODOC_BY_SHIM=1
case $0 in *repodoc-pre-commit) REPODOC_BY_SHIM=framework ;; esac
