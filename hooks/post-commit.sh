# Starts no process when pre-commit has said that there is nothing to do.
[ -d "$git_dir/rebase-merge" ] || [ -d "$git_dir/rebase-apply" ] && exit 0
find_git
state=
[ -f "$git_dir/repodoc/quiet" ] && { read -r state <"$git_dir/repodoc/quiet"; } 2>/dev/null
if [ "$state" = "quiet $git_pid" ]; then
  { echo 1<>"$git_dir/repodoc/quiet"; } 2>/dev/null
  exit 0
fi

# What pre-commit has written down for this very tree git puts on the commit by itself; its check that the new tip
# contains the old one keeps writers apart. All else, and whoever is too late, goes on to the program. Ref, fan-out and
# message are those of repodoc_hooks/git/notes.py; tests/test_shims.py holds the two together.
line_end='
'
noted() {
  note=$git_dir/repodoc/note
  [ -f "$note" ] && [ ! -e "$git_dir/CHERRY_PICK_HEAD" ] && [ ! -e "$git_dir/repodoc/squashed" ] || return
  # The second line is the notes' tip, without which fast-import would have nothing to go on from.
  head=$(git log --no-walk=unsorted --no-show-signature --encoding=UTF-8 --date=raw \
    --format='%H %T %cn <%ce> %cd' HEAD refs/notes/repodoc 2>/dev/null) || return
  tip=${head##*$line_end} head=${head%%$line_end*}
  commit=${head%% *} head=${head#* }
  {
    read -r tree && [ "$tree" = "${head%% *}" ] && {
      printf 'commit refs/notes/repodoc\ncommitter %s\ndata 10\nAdd notes\n' "${head#* }"
      printf 'from %s\nM 100644 inline %s/%s\n' "${tip%% *}" "${commit%"${commit#??}"}" "${commit#??}"
      cat
    } | git fast-import --quiet 2>/dev/null
  } <"$note" && rm -f "$note" "$git_dir"/repodoc/pending/*.json
}
noted && exit 0
