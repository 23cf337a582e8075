"""Qualification of an installation: what is installed is looked at (IQ), and real work is done with it in a scratch workspace (OQ)."""
