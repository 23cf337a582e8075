"""Whether the SELECT of a local rule is one: over the documented tables, without a way to files, settings, time or chance."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from lotproof.rules.tables import empty_tables, tables_for

COLUMNS = ("lot", "gtin", "item", "note", "source", "position")
OPTIONAL = ("severity",)
TABLE_FUNCTIONS = {"unnest", "range", "generate_series"}
ALWAYS_THE_SAME = "CONSISTENT"


def problem_of(sql: str, whole_site: bool, columns: Sequence[str] = COLUMNS, optional: Sequence[str] = OPTIONAL) -> str | None:
    """What is wrong with a SELECT, as a sentence without a full stop; None where nothing is. It must give ``columns``, in that order,
    and after them may give ``optional`` ones; those of a rule unless others are named."""
    with tempfile.TemporaryDirectory() as folder:
        connection = empty_tables(Path(folder))
        try:
            return next(_problems(connection, sql, whole_site, columns, optional), None)
        finally:
            connection.close()


def _problems(
    connection: duckdb.DuckDBPyConnection, sql: str, whole_site: bool, columns: Sequence[str], optional: Sequence[str]
) -> Iterator[str]:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        yield f"this is no SQL ({_first_line(error)})"
        return
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        yield "write one SELECT statement and nothing else"
        return
    tree = json.loads(connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()[0][0])
    if tree.get("error"):
        yield f"write one plain SELECT statement ({tree.get('error_message', 'it cannot be taken apart')})"
        return
    yield from _foreign(tree, whole_site)
    yield from _unsteady(connection, tree)
    try:
        names = [str(name) for name, *_ in connection.execute(f"DESCRIBE (\n{sql.rstrip().rstrip(';')}\n)").fetchall()]
    except duckdb.Error as error:
        yield f"the engine refuses it ({_first_line(error)})"
        return
    rest = names[len(columns) :]
    if names[: len(columns)] != list(columns) or rest != [name for name in optional if name in rest]:
        perhaps = f", and perhaps {' and '.join(optional)}" if optional else ""
        yield f"its columns are {', '.join(names)}; they must be {', '.join(columns)}{perhaps}"


def _foreign(tree: Any, whole_site: bool) -> Iterator[str]:
    allowed = tables_for(whole_site)
    own = {str(name).lower() for node in _nodes(tree) for name in _cte_names(node)}
    for node in _nodes(tree):
        kind = node.get("type")
        if kind == "BASE_TABLE":
            name = ".".join(part for part in (node.get("catalog_name"), node.get("schema_name"), node.get("table_name")) if part)
            if name.lower() not in own and name.lower() not in allowed:
                yield f'it may not select from "{name}"; the tables are {", ".join(sorted(allowed))}'
        elif kind == "TABLE_FUNCTION" and node.get("function", {}).get("function_name") not in TABLE_FUNCTIONS:
            yield f'it may not select from the function "{node.get("function", {}).get("function_name")}"'
        elif kind == "SHOW_REF":
            yield "it may not ask for the engine's own tables"


def _unsteady(connection: duckdb.DuckDBPyConnection, tree: Any) -> Iterator[str]:
    """A pack is recomputed to the byte, so nothing may depend on the moment, on chance or on settings."""
    rows = connection.execute(
        "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability <> ?", [ALWAYS_THE_SAME]
    ).fetchall()
    unsteady = {name for (name,) in rows} | {"current_setting", "getenv", "getvariable"}
    for node in _nodes(tree):
        if node.get("class") == "FUNCTION" and str(node.get("function_name")).lower() in unsteady:
            yield f'it may not call "{node["function_name"]}", which gives another answer another time'
        if node.get("class") == "COLUMN_REF" and [str(n).lower() for n in node.get("column_names", [])] in (
            ["current_timestamp"],
            ["current_date"],
        ):
            yield f'it may not call "{node["column_names"][0]}", which gives another answer another time'


def _cte_names(node: dict[str, Any]) -> Iterator[str]:
    entries = node.get("cte_map", {}).get("map", []) if isinstance(node.get("cte_map"), dict) else []
    yield from (entry["key"] for entry in entries)
    if node.get("type") == "RECURSIVE_CTE_NODE":
        yield node.get("cte_name", "")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
