"""Benchmarks: `make bench`, or `python -m benchmarks NAME …`. Ratios to SHA-256 of the same bytes, CPU-seconds, peak memory."""
