"""Identifiers of the GS1 system and the ways in which people and machines spell them (floor 0, pure).

One file for one thing of the standard; nothing here reads a clock, a file or a network.
"""
