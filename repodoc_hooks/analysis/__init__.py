"""What source files say: symbols, imports, fingerprints, components."""

PARSER_VERSION = "23"
"""Raised whenever hashes or facts of an unchanged file would come out otherwise than before."""

HASH_DIGITS = 12
"""Hexadecimal digits of every hash and blob OID that is written down: in facts, stamps, caches."""
