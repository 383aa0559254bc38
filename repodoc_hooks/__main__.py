"""`python -m repodoc_hooks` is `repodoc`."""

import sys

from repodoc_hooks.cli import main

sys.exit(main())
