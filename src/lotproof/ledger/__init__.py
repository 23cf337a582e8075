"""The ledger: canonical JSON, Merkle tree, signed notes, tiles, entries, keys; nothing is imported here."""
