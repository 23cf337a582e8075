"""lotproof witness: the service that cosigns the checkpoints of others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lotproof.cli import common


@click.group()
def witness() -> None:
    """A witness for the logs of others: remembers, compares, cosigns. Run it in another department or company than the log."""


@witness.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", required=True, help="Name of the witness, such as witness.example.com/quality.")
@common.json_option
@common.sentences
def init(folder: Path, name: str, as_json: bool) -> None:
    """Make a witness in FOLDER: its key and its memory. Neither may be lost or made anew."""
    import secrets

    from lotproof.ledger.cosignature import CosignerKey
    from lotproof.ledger.keys import make_key, store_key
    from lotproof.ledger.witness.state import make_state

    key = make_key(name, secrets.token_bytes(32))
    folder.mkdir(parents=True, exist_ok=True)
    make_state(folder / "seen.sqlite3")
    store_key(key, folder / "witness.pem")
    (folder / "name").write_text(name + "\n", encoding="utf-8")
    vkey = CosignerKey(key.name, key.public).vkey
    if as_json:
        common.emit({"folder": str(folder), "witness": name, "vkey": vkey})
        return
    common.say(f"Witness {name} in {folder}.")
    common.say(f"Its public key, for policies: {vkey}")


@witness.command("serve")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--log", "logs", multiple=True, required=True, metavar="KEY", help="Public key of a log to witness, or a file with it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8741, show_default=True, help="Port to listen at; 0 for any that is free.")
@common.sentences
def serve(folder: Path, logs: tuple[str, ...], host: str, port: int) -> None:
    """Serve POST /add-checkpoint (C2SP tlog-witness) until stopped. Put a proxy with TLS before it.

    \b
    Examples:
      lotproof witness serve /srv/witness --log site-a.vkey --port 8741
    """
    import time
    from collections import defaultdict

    from lotproof.ledger.keys import load_key
    from lotproof.ledger.note import NoteError, VerifierKey, parse_vkey
    from lotproof.ledger.witness.service import Witness, make_server
    from lotproof.ledger.witness.state import State
    from lotproof.packs.verify.keyfile import read_keys

    known: dict[str, list[VerifierKey]] = defaultdict(list)
    try:
        for key in map(parse_vkey, read_keys(logs)):
            known[key.name].append(key)
    except NoteError as error:
        raise click.UsageError(f"--log: {error}") from None
    state = State(folder / "seen.sqlite3")
    signer = load_key(folder / "witness.pem", (folder / "name").read_text(encoding="utf-8").strip())
    server = make_server(Witness(signer, known, state, lambda: int(time.time())), host, port)
    common.say(f"Witness {signer.name} listens at http://{host}:{server.server_port}/ for {', '.join(sorted(known))}.")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


@witness.command("evidence")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@common.json_option
@common.sentences
def evidence(folder: Path, as_json: bool) -> None:
    """List the contradictions that logs signed: each proves by itself that a history was changed. Exits with 1 where there is one."""
    from lotproof.ledger.witness.state import State

    found = State(folder / "seen.sqlite3").evidence()
    listed = [{"origin": origin, "time": time, "status": status, "request": body.decode()} for origin, time, status, body in found]
    if as_json:
        common.emit({"evidence": listed})
    else:
        for one in listed:
            common.say(f"{one['time']}  {one['origin']}: refused with {one['status']}")
            common.say(str(one["request"]))
        common.say(f"{len(listed)} contradictions.")
    if listed:
        sys.exit(common.FAILED)
