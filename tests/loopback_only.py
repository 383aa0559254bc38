"""Runs pytest in a network of its own that has nothing but loopback (Linux; see network_namespaces(7)).

    unshare --user --map-root-user --net python -m tests.loopback_only ARGUMENTS...

Whoever cuts off the network is `unshare`; this program switches loopback on, makes sure that nothing else
can be reached, and hands its arguments to pytest.
"""

from __future__ import annotations

import errno
import fcntl
import socket
import struct
import sys

import pytest

CUT_OFF = ("unshare", "--user", "--map-root-user", "--net", "--")
"""What to put in front of a program so that it has a network of its own."""
OUTSIDE = ("192.0.2.1", 443)
"""An address that belongs to nobody (RFC 5737)."""
_SET_FLAGS, _UP = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP: netdevice(7)


def switch_loopback_on() -> None:
    """Bring the interface `lo` up; it needs the rights that `unshare` gives in its own namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def is_cut_off() -> bool:
    """Is there no way at all to any other machine?"""
    with socket.socket() as attempt:
        attempt.settimeout(5)
        return attempt.connect_ex(OUTSIDE) == errno.ENETUNREACH


if __name__ == "__main__":
    switch_loopback_on()
    if not is_cut_off():
        sys.exit("loopback_only: the network is still there; start this through unshare --net")
    sys.exit(pytest.main(sys.argv[1:]))
