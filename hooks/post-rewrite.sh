git rev-parse --verify --quiet refs/notes/repodoc >/dev/null || exit 0
