#!/bin/sh
# repodoc-hooks shim: @HOOK@. Installed by `repodoc install`, removed by `repodoc uninstall`; for hook
# frameworks it is the program `repodoc-@HOOK@`. Made of hooks/shim.sh and hooks/@HOOK@.sh.
hook=@HOOK@ stdin= kept=

# A line for people, whether anybody takes it or not.
say() { (echo "repodoc: $*" >&2); }

# What git tells on stdin can be read once; it is kept for all who read it.
read_stdin() {
  [ -z "$kept" ] && [ ! -t 0 ] || return 0
  stdin=$(cat; echo .)
  stdin=${stdin%.} kept=1
}
with_stdin() { if [ -n "$kept" ]; then printf %s "$stdin" 2>/dev/null | "$@"; else "$@"; fi; }

# The git command that runs us, through a hook framework or not; our parent where there is no /proc.
find_git() {
  git_pid=$PPID
  while { read -r name <"/proc/$git_pid/comm"; } 2>/dev/null && [ "$name" != git ]; do
    read -r stat <"/proc/$git_pid/stat"
    stat=${stat##*) ? } # after the name, which may hold blanks, and the state
    git_pid=${stat%% *}
  done
}

# What the worktrees of a repository share.
find_shared() {
  shared=$git_dir
  { read -r common <"$git_dir/commondir"; } 2>/dev/null && case $common in
    /*) shared=$common ;;
    *) shared=$git_dir/$common ;;
  esac
}

start() { program=$1 && shift && with_stdin "$program" hook "$hook" "$@"; }

chained=${0%/*}/$hook.repodoc-chained
if [ -x "$chained" ]; then
  case $hook in post-rewrite | pre-push) read_stdin ;; esac
  with_stdin "$chained" "$@" || case $hook in pre-*) exit $? ;; esac
fi
[ "${REPODOC_SKIP:-0}" = 0 ] && [ -z "${REPODOC_ACTIVE-}" ] || exit 0
case ${GIT_CONFIG_PARAMETERS-} in *[hH]ooks[pP]ath*=*/dev/null*) exit 0 ;; esac
git_dir=${GIT_DIR:-.git}
# What `git --literal-pathspecs commit` (Emacs' Magit) says is about its own patterns; another Python's home is not ours.
unset GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS PYTHONHOME PYTHONINSPECT

@OWN@

for repodoc in @REPODOC@ repodoc; do
  command -v "$repodoc" >/dev/null 2>&1 || continue
  start "$repodoc" "$@"
  code=$?
  case $code in
    0) exit 0 ;;
    @REFUSED@) exit 1 ;;   # the configuration asks for it (strict, stage: false); nothing else stops git
    126 | 127) ;; # it is there, but what it runs on is gone
    *)
      say "the program failed (exit code $code), so the $hook hook did nothing; git goes on"
      exit 0
      ;;
  esac
done
say "the program is gone, so the $hook hook did nothing; install repodoc-hooks again, or delete this hook"
exit 0
