"""Raw columns of a table into typed ones: the relation ``t`` on which a kind's SELECTs run, and why rows fall out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from lotproof.intake import codes, damage, numbers, times
from lotproof.intake.fields import Field, Kind, Type, header_key
from lotproof.intake.match import Match
from lotproof.intake.problem import SourceProblem, clipped, quoted
from lotproof.intake.profile import Statement
from lotproof.intake.vocabulary import VOCABULARIES


@dataclass
class TypedTable:
    """What was decided while typing a table."""

    plan: times.TimePlan
    """How its times are read."""
    problems: list[str] = field(default_factory=list)
    """Questions for a person."""
    time_columns: dict[str, str] = field(default_factory=dict)
    """Time field -> header, of the columns that the file has."""


def build(
    connection: duckdb.DuckDBPyConnection, match: Match, header: tuple[str, ...], name: str, stated: Statement,
    zone: str | None, raw: str, apart: bool = False, lots: frozenset[str] = frozenset(),
) -> TypedTable:  # fmt: skip
    """Create table ``typed`` from ``raw``: every field of the kind, plus ``row_reason`` ('' where the row is readable).

    ``apart``: the columns have nothing to do with each other, so each field has a ``reason_`` of its own, null where its value is
    readable. ``lots`` are known besides those of the table's own columns.
    """
    columns = {field_name: f"c{index}" for field_name, index in match.columns.items()}
    of_type = {kind: [columns[f.name] for f in match.kind.fields if f.type is kind and f.name in columns] for kind in Type}
    plan = times.plan_times(connection, raw, of_type[Type.TIME], stated, zone)
    sign = numbers.decimal_sign(connection, raw, of_type[Type.NUMBER], stated)
    result = TypedTable(plan)
    result.time_columns = {f.name: header[match.columns[f.name]] for f in match.kind.fields
                           if f.type is Type.TIME and f.name in columns}  # fmt: skip
    if sign is None:
        raise SourceProblem(
            f'{name}: numbers such as 1,234 can be read in two ways; say which sign is the decimal one in a mapping '
            f'profile: [[file]] match = {quoted(name)} decimal = "," (or ".").'
        )
    _words(connection, match, columns, stated)
    lots |= _lots(connection, raw, [columns[name] for name in ("lot", "ocr_lot") if name in columns])
    selects: list[str] = []
    reasons: list[str] = []
    joins: list[str] = []
    for declared in match.kind.fields:
        select, reason, join = _field_sql(connection, declared, columns.get(declared.name), header, match, result, sign, raw, name, lots)
        selects.append(select)
        reasons.extend(reason)
        joins.extend(join)
        if apart and declared.name in columns:
            selects.append(f"{_joined(reason)} AS reason_{declared.name}")
    reason_sql = f"coalesce({_joined(reasons)}, '')"
    parted = "".join(f", {times.parted_sql(column, plan)}" for column in dict.fromkeys(of_type[Type.TIME]))
    connection.execute("DROP TABLE IF EXISTS typed")
    connection.execute(
        f"CREATE TABLE typed AS SELECT r.position, {', '.join(selects)}, {reason_sql} AS row_reason "
        f"FROM (SELECT *{parted} FROM {raw}) r {' '.join(joins)}"
    )
    _ask_dates(result, name, stated, bool(of_type[Type.TIME]))
    return result


def _field_sql(
    connection: duckdb.DuckDBPyConnection, declared: Field, column: str | None, header: tuple[str, ...], match: Match,
    result: TypedTable, sign: str, raw: str, source: str, known_lots: frozenset[str],
) -> tuple[str, list[str], list[str]]:  # fmt: skip
    plan = result.plan
    name = declared.name
    if column is None:
        return _absent(declared), [], []
    title = header[match.columns[name]].replace("'", "''")
    reasons = [f"if(\"{column}\" IS NULL, 'the column \"{title}\" is empty', NULL)"] if declared.needed else []
    if declared.type is Type.CODE:
        parsed = f"parsed_{name}"
        codes.read_codes(connection, raw, column, parsed, known_lots)
        reasons.append(f"{parsed}.trouble")
        flaws = damage.find_damage(connection, raw, column, title)
        result.problems += [f"{source}: {sentence}" for sentence in flaws.sentences]
        return codes.code_sql(column, name, parsed, flaws.flags), reasons, [f'LEFT JOIN {parsed} ON {parsed}.text = r."{column}"']
    if declared.type is Type.TIME:
        odd = f"odd_{name}"
        times.read_odd(connection, raw, column, odd, plan)
        if plan.order_known:
            unread = f'"{column}_local" IS NULL AND {odd}.local IS NULL'
            reasons.append(_complaint(column, title, unread, "is no time"))
        return times.time_sql(column, name, plan, odd), reasons, [f'LEFT JOIN {odd} ON {odd}.text = r."{column}"']
    if declared.type is Type.NUMBER:
        select = numbers.number_sql(column, name, sign)
        unread, large = f"{select.rsplit(' AS ', 1)[0]} IS NULL", numbers.is_large_sql(column)
        reasons.append(_complaint(column, title, f"{unread} AND NOT {large}", "is no number"))
        reasons.append(_complaint(column, title, f"{unread} AND {large}", "has more figures than a quantity"))
        return select, reasons, []
    if declared.type is Type.WORD:
        words = f"words_{name}"
        if declared.vocabulary != "flag":
            known = f"{words}.meaning IS NULL"
            reasons.append(_complaint(column, title, known, f"is no known word for {name}"))
        return f"{words}.meaning AS {name}, \"{column}\" AS {name}_raw", reasons, [
            f'LEFT JOIN {words} ON {words}.word = r."{column}"'
        ]
    if declared.type is Type.GTIN:
        digits = f"regexp_replace(\"{column}\", '[^0-9]', '', 'g')"
        bad = f"NOT regexp_matches(\"{column}\", '^(\\(?01\\)?)?[0-9]{{8,14}}$')"
        reasons.append(_complaint(column, title, bad, "is no GTIN"))
        return f"lpad(right({digits}, 14), 14, '0') AS {name}", reasons, []
    return f'"{column}" AS {name}', reasons, []


def _joined(reasons: list[str]) -> str:
    return f"nullif(concat_ws('; ', {', '.join(reasons)}), '')" if reasons else "NULL::VARCHAR"


def _lots(connection: duckdb.DuckDBPyConnection, raw: str, columns: list[str]) -> frozenset[str]:
    """Lots that the table states in columns of their own."""
    found = [row[0] for column in columns for row in connection.execute(f'SELECT DISTINCT "{column}" FROM {raw} LIMIT 1000').fetchall()]
    return frozenset(lot for lot in found if lot)


def _absent(declared: Field) -> str:
    if declared.type is Type.CODE:
        return codes.absent_code_sql(declared.name)
    if declared.type is Type.TIME:
        return times.absent_time_sql(declared.name)
    kind = "DOUBLE" if declared.type is Type.NUMBER else "VARCHAR"
    extra = f", NULL::VARCHAR AS {declared.name}_raw" if declared.type is Type.WORD else ""
    return f"NULL::{kind} AS {declared.name}{extra}"


def _complaint(column: str, title: str, condition: str, what: str) -> str:
    return (
        f"if(\"{column}\" IS NOT NULL AND {condition}, 'column \"{title}\": \"' || \"{column}\"[1:80] || '\" {what}', NULL)"
    )


def _words(
    connection: duckdb.DuckDBPyConnection, match: Match, columns: Mapping[str, str], stated: Statement
) -> None:
    """Make ``words_<field>``: distinct written word -> meaning; the site's own statement goes first."""
    own = {header_key(word): meaning for word, meaning in stated.words.items()}
    for declared in match.kind.fields:
        if declared.type is not Type.WORD or declared.name not in columns:
            continue
        column, table = columns[declared.name], f"words_{declared.name}"
        vocabulary = VOCABULARIES[declared.vocabulary]
        meanings = set(vocabulary.values())
        rows = connection.execute(f'SELECT DISTINCT "{column}" FROM raw WHERE "{column}" IS NOT NULL LIMIT 10000').fetchall()
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"CREATE TABLE {table} (word VARCHAR, meaning VARCHAR)")
        for (written,) in rows:
            key = header_key(written)
            meaning = own[key] if own.get(key) in meanings else vocabulary.get(key)
            connection.execute(f"INSERT INTO {table} VALUES (?, ?)", [written, meaning])


def _ask_dates(result: TypedTable, name: str, stated: Statement, has_times: bool) -> None:
    if has_times and not result.plan.order_known:
        column = next(iter(result.time_columns.values()))
        result.problems.append(
            f'{name}: no date in the column "{clipped(column)}" tells day and month apart; say which comes first in a mapping profile: '
            f'[[file]] match = {quoted(name)} dates = "DMY" (or "MDY").'
        )


def unknown_words(connection: duckdb.DuckDBPyConnection, kind: Kind, name: str, header: tuple[str, ...], match: Match) -> list[str]:
    """A question for each word that no vocabulary knows."""
    questions = []
    for declared in kind.fields:
        if declared.type is not Type.WORD or declared.name not in match.columns or declared.vocabulary == "flag":
            continue
        rows = connection.execute(f"SELECT word FROM words_{declared.name} WHERE meaning IS NULL ORDER BY word LIMIT 5").fetchall()
        for (written,) in rows:
            meanings = sorted(set(VOCABULARIES[declared.vocabulary].values()))
            questions.append(
                f'{name}: the word "{clipped(written)}" in the column "{clipped(header[match.columns[declared.name]])}" is not known; '
                f'say what it means in a mapping profile: [[file]] match = {quoted(name)} words = '
                f'{{ {quoted(clipped(written))} = "{meanings[0]}" }} '
                f"(one of {', '.join(meanings)})."
            )
    return questions
