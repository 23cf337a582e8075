"""The lake: observations as Parquet segments, one set per source file, addressed by content."""
