"""The day that an expiry means, whichever way a source writes it: YYYYMMDD.

A month alone, as in plain text on packs, has the day '--'; day 00 stays as it is written (GS1 General Specifications, AI 17).
"""

from __future__ import annotations

EXPIRY_MACROS = r"""
CREATE OR REPLACE TEMP MACRO expiry_parted(expiry, p, d) AS
  CASE WHEN len(p) = 2 AND len(p[1]) = 4 THEN p[1] || lpad(p[2], 2, '0') || '--'
    WHEN len(p) = 2 AND len(p[2]) = 4 THEN p[2] || lpad(p[1], 2, '0') || '--'
    WHEN len(p) >= 3 AND len(p[1]) = 4 THEN p[1] || lpad(p[2], 2, '0') || lpad(p[3], 2, '0')
    WHEN len(p) >= 3 AND len(p[3]) = 4 AND try_cast(p[2] AS INTEGER) > 12 THEN p[3] || lpad(p[1], 2, '0') || lpad(p[2], 2, '0')
    WHEN len(p) >= 3 AND len(p[3]) = 4 THEN p[3] || lpad(p[2], 2, '0') || lpad(p[1], 2, '0')
    WHEN length(d) = 8 AND d[1:2] IN ('19', '20') AND d[5:6]::INTEGER BETWEEN 1 AND 12 THEN d
    WHEN length(d) = 8 THEN d[5:8] || d[3:4] || d[1:2]
    WHEN len(p) = 3 AND contains(expiry, '.') THEN '20' || p[3] || lpad(p[2], 2, '0') || lpad(p[1], 2, '0')
    WHEN length(d) = 6 AND d[3:4]::INTEGER BETWEEN 1 AND 12 THEN '20' || d END;
CREATE OR REPLACE TEMP MACRO day_of_expiry(text_form) AS
  expiry_parted(text_form, regexp_extract_all(text_form, '\d+'), regexp_replace(text_form, '\D', '', 'g'));
"""
"""``day_of_expiry(text)`` is the day, or NULL where the text is no date."""
