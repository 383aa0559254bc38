"""Modules that come with a language, so that no manifest names them.

The lists stand here, since that of the interpreter that we run under changes with its version, and pages may not.
"""

_NODE = """
assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel
dns domain events fs http http2 https inspector module net os path perf_hooks process punycode
querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi
worker_threads zlib
"""
_PYTHON = """
__future__ abc argparse array ast asyncio atexit base64 bisect builtins bz2 calendar cmath codecs
collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv
ctypes dataclasses datetime dbm decimal difflib dis doctest email encodings enum errno faulthandler
fcntl filecmp fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib
grp gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json keyword
linecache locale logging lzma mailbox marshal math mimetypes mmap msvcrt multiprocessing netrc
ntpath numbers operator os pathlib pdb pickle pkgutil platform plistlib poplib posixpath pprint
profile pstats pty pwd py_compile queue quopri random re readline reprlib resource runpy sched
secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl
stat statistics string stringprep struct subprocess symtable sys sysconfig syslog tarfile tempfile
termios textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc
tty types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser winreg
wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
"""
_RUBY = """
abbrev base64 benchmark bigdecimal bundler cgi coverage csv date delegate digest drb English erb etc
fcntl fiddle fileutils find forwardable getoptlong io ipaddr irb json logger matrix minitest monitor
mutex_m net objspace observer open3 open-uri openssl optparse ostruct pathname pp prettyprint prime
pstore psych racc rbconfig readline reline resolv ripper rubygems securerandom set shellwords
singleton socket stringio strscan syslog tempfile time timeout tmpdir tsort un unicode_normalize uri
weakref yaml zlib
"""
NODE, PYTHON, RUBY = (frozenset(each.split()) for each in (_NODE, _PYTHON, _RUBY))
