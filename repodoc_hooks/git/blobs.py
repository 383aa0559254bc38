"""Blobs by content: their names, and storing many of them in one process."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Collection

from repodoc_hooks.git.process import Git


def blob_oid(git: Git, data: bytes) -> str:
    """The name that a blob with this content has."""
    return hashlib.new(git.object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def write_blobs(git: Git, blobs: Collection[bytes]) -> list[str]:
    """Store blobs as they are, without filters; their names in the order given. One process for all.

    They travel as a pack (gitformat-pack(5)): header, then per object type and size in 7-bit groups and the
    deflated content, then a checksum.
    """
    if blobs:
        pack = b"PACK" + struct.pack(">LL", 2, len(blobs)) + b"".join(map(_packed, blobs))
        checksum = hashlib.new(git.object_format, pack, usedforsecurity=False).digest()
        git.run("unpack-objects", "-q", input=pack + checksum)
    return [blob_oid(git, data) for data in blobs]


def _packed(data: bytes) -> bytes:
    size = len(data)
    byte, size = 3 << 4 | size & 15, size >> 4  # 3: blob
    head = bytearray()
    while size:
        head.append(byte | 128)
        byte, size = size & 127, size >> 7
    head.append(byte)
    return bytes(head) + zlib.compress(data, 1)
