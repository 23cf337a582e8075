"""Exceptions that trading partners tell each other of, as messages of the Partnership for DSCSA Governance: in, out, threaded."""
