"""What deploy/ holds is accepted by the programs that it is for, and names commands that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from lotproof.cli.main import main

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        shutil.which(program) is None and not Path(f"/usr/sbin/{program}").exists(), reason=f"{program} is not here; apt-get install it"
    )


@needs("systemd-analyze")
def test_systemd_takes_the_units(tmp_path):
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/lotproof/bin/lotproof", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "lotproof" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_the_units_call_commands_and_options_that_there_are():
    called = {found for unit in UNITS for found in re.findall(r"/opt/lotproof/bin/lotproof ([^'\n]+)", unit.read_text())}
    assert len(called) == 6
    for text in called:
        words = shlex.split(text.replace("$(", "").replace(")", ""))
        command = [word for word in words if re.fullmatch("[a-z]+", word)][:2]
        if command[0] not in ("line", "ledger"):
            command = command[:1]
        told = CliRunner().invoke(main, [*command, "--help"]).output
        assert told.startswith(f"Usage: main {' '.join(command)}"), told
        for option in [word for word in words if word.startswith("--")]:
            assert option in told, (command, option)


@needs("nginx")
def test_nginx_takes_its_sample(tmp_path):
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=desk.example.com",
        "-keyout",
        tmp_path / "key.pem",
        "-out",
        tmp_path / "cert.pem",
    ]
    subprocess.run(made, check=True, capture_output=True)
    sample = (DEPLOY / "nginx.conf").read_text()
    sample = sample.replace("/etc/ssl/private/desk.example.com.key", str(tmp_path / "key.pem")).replace(
        "/etc/ssl/desk.example.com.pem", str(tmp_path / "cert.pem")
    )
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ access_log off; {sample} }}")
    done = subprocess.run(
        [shutil.which("nginx") or "/usr/sbin/nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert "syntax is ok" in done.stderr, done.stderr
    assert "test is successful" in done.stderr, done.stderr


@needs("caddy")
def test_caddy_takes_its_sample(tmp_path):
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr


def test_the_container_copies_what_is_there_and_serves_as_the_command_does():
    text = (DEPLOY / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M) for word in line.split()[:-1]]
    ignored = (DEPLOY.parent / ".containerignore").read_text()
    assert copied
    for name in copied:
        assert (DEPLOY.parent / name).exists(), name
        assert f"!{name.split('/')[0]}" in ignored, name
    served = re.search(r"^CMD (\[.+\])$", text, re.M)[1]
    told = CliRunner().invoke(main, ["serve", "--help"]).output
    assert all(option in told for option in re.findall(r"--[a-z]+", served))
    assert re.search(r"^USER 10001$", text, re.M), "not as root"


def test_the_page_on_sizing_is_what_the_kept_figures_give():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sizing", "page"], cwd=DEPLOY.parent, capture_output=True, text=True, check=True
    )
    assert (DEPLOY.parent / "docs" / "sizing.md").read_text() == done.stdout, "run: python -m benchmarks.sizing page > docs/sizing.md"
