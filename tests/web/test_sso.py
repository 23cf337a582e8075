"""Sign-in by an identity provider that others wrote, a process of its own on another site, in a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small_site import PROGRAM

sys.path.append(str(Path(__file__).parents[1] / "peers"))

from peers import HERE, node

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt install chromium")


def _port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk whose only door is the provider. `localhost` and `127.0.0.1` are two sites, as those of a company and its provider are."""
    home, port, there = tmp_path_factory.mktemp("sso") / "w", _port(), _port()
    provider = node(HERE / "openid_provider.mjs", str(there), f"http://localhost:{port}/sign-in/provider/return")
    assert provider.stdout is not None and provider.stdout.readline() == "open\n"
    subprocess.run([PROGRAM, "init", home], check=True, capture_output=True)
    words = [PROGRAM, "people", "add", "ana", "--name", "Ana Silva", "--role", "operator", "--tz", "Europe/Brussels", "--workspace", home]
    reading, writing = os.pipe()
    os.write(writing, b"correct horse battery\n")
    os.close(writing)
    subprocess.run([*words, "--password-fd", str(reading)], pass_fds=[reading], check=True, capture_output=True)
    os.close(reading)
    settings = {
        "ISSUER": f"http://127.0.0.1:{there}",
        "CLIENT": "lotproof",
        "SECRET": "a-secret-of-the-client",
        "NAME": "Company login",
        "ONLY": "1",
    }
    environment = {**os.environ, **{f"LOTPROOF_SSO_{name}": value for name, value in settings.items()}}
    server = subprocess.Popen(
        [PROGRAM, "serve", "--workspace", home, "--port", str(port), "--stream-port", "0"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://localhost:{port}/alive")
        yield f"http://localhost:{port}"
    finally:
        for process in (server, provider):
            process.terminate()
            process.wait(20)


def _wait(alive: str) -> None:
    for _ in range(300):
        try:
            assert urllib.request.urlopen(alive, timeout=2).read() == b"alive\n"
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def _sign_in(page: Page, user: str) -> None:
    """At the provider's own pages."""
    page.get_by_role("link", name="Sign in with Company login").click()
    page.locator('input[name="login"]').fill(user)
    page.locator('input[name="password"]').fill("what the provider takes")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_who_is_enrolled_enters_where_they_wanted_to_go_and_is_asked_again_after_leaving(desk: str, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{desk}/incidents/")
    _sign_in(page, "ana")
    expect(page).to_have_url(f"{desk}/incidents/")
    expect(page.get_by_text("Ana Silva")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    # Whoever comes next to the tablet is asked by the provider, although its own session with Ana goes on.
    page.get_by_role("link", name="Sign in with Company login").click()
    expect(page.locator('input[name="login"]')).to_be_visible()


def test_who_is_not_enrolled_stays_outside_with_a_sentence(desk: str, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(desk)
    _sign_in(page, "eve")
    expect(page.get_by_role("alert")).to_have_text(
        'Company login says that you are "eve", and nobody is enrolled here as that: ask an administrator.'
    )
    page.goto(f"{desk}/incidents/")
    expect(page).to_have_url(f"{desk}/sign-in?next=%2Fincidents%2F")


def test_who_gives_up_there_is_told_and_a_way_back_serves_once(desk: str, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(desk)
    backs: list[str] = []
    page.on("request", lambda request: backs.append(request.url) if "/sign-in/provider/return" in request.url else None)
    page.get_by_role("link", name="Sign in with Company login").click()
    page.get_by_role("link", name="[ Cancel ]").click()
    expect(page.get_by_role("alert")).to_contain_text("Company login did not let you in: ")
    page.goto(backs[0])
    expect(page.get_by_role("alert")).to_have_text("This sign-in was not begun in this browser, or took too long; begin again.")
    other = browser.new_context().new_page()
    other.goto(backs[0])
    expect(other.get_by_role("alert")).to_contain_text("was not begun in this browser")


def test_a_password_opens_nothing_where_the_provider_is_the_only_door(desk: str, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{desk}/sign-in")
    assert page.locator('input[name="password"]').count() == 0
    token = page.context.cookies()
    assert token == [] or all(one["name"] != "sessionid" for one in token)


def test_settings_that_cannot_be_are_said_before_anybody_comes(tmp_path: Path) -> None:
    subprocess.run([PROGRAM, "init", tmp_path / "w"], check=True, capture_output=True)
    environment = {**os.environ, "LOTPROOF_SSO_ISSUER": "http://login.example.com", "LOTPROOF_SSO_CLIENT": "x"}
    done = subprocess.run(
        [PROGRAM, "serve", "--workspace", tmp_path / "w", "--port", str(_port())],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "LOTPROOF_SSO_ISSUER is http://login.example.com; it has to be an address that begins with https://." in done.stderr
