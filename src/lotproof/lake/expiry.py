"""The day that an expiry means, whichever way a source writes it, month names of six languages included: YYYYMMDD.

A month alone, as in plain text on packs, has the day '--'; day 00 stays as it is written (GS1 General Specifications, AI 17).
"""

from __future__ import annotations

_MONTHS = (
    "jan ene gen sty", "feb fev lut", "mar mrz maa", "apr avr abr kwi", "may mai mag mei maj", "jun juin giu cze", "jul juil lug lip",
    "aug aou ago sie", "sep set wrz", "oct okt ott paz", "nov lis", "dec dez dic gru",
)  # fmt: skip
"""How the names of the months begin without accents: English, German, French, Spanish, Italian, Dutch and Polish."""
_NUMBERED = "|" + "".join(f"{name}={number:02d}|" for number, names in enumerate(_MONTHS, 1) for name in names.split())
"""One text, |jan=01|ene=01|…: lists of sixty constants cost each connection milliseconds, and each statement that uses them."""

EXPIRY_MACROS = rf"""
CREATE OR REPLACE TEMP MACRO month_named(word) AS
  nullif(split_part('{_NUMBERED}', '|' || if(word[1:3] = 'jui', word[1:4], word[1:3]) || '=', 2)[1:2], '');
CREATE OR REPLACE TEMP MACRO months_numbered(text_form) AS
  CASE WHEN NOT regexp_matches(strip_accents(lower(text_form)), '[a-z]{{3}}') THEN text_form
    ELSE regexp_replace(strip_accents(lower(text_form)), '[a-z]{{3,}}\.?',
           '.' || coalesce(month_named(regexp_extract(strip_accents(lower(text_form)), '[a-z]{{3,}}')), '') || '.') END;
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
  list_transform([months_numbered(text_form)], lambda written:
    list_transform([{{'p': regexp_extract_all(written, '\d+'), 'd': regexp_replace(written, '\D', '', 'g')}}],
                   lambda t: expiry_parted(written, t.p, t.d))[1])[1];
"""
# Lambdas, because an argument of a macro is put in the place of each of its names: bound so, one call took 0.2 seconds.
"""``day_of_expiry(text)`` is the day, or NULL where the text is no date."""
