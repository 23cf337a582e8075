"""`lotproof trace` in every spelling of an identifier."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from small_site import Site, invoke, json_of

GS = "\x1d"


def _pack(site: Site) -> tuple[str, str]:
    """GTIN and serial of a pack that lies in two containers."""
    gtin, serial = site.finding("AGG-01")["items"][0].removeprefix("(01)").split("(21)")
    return gtin, serial


def _urn(gtin: str, serial: str, company: int = 9) -> str:
    return f"urn:epc:id:sgtin:{gtin[1 : company + 1]}.{gtin[0]}{gtin[company + 1 : 13]}.{quote(serial, safe='')}"


def spellings(gtin: str, serial: str, lot: str) -> dict[str, str]:
    label = f"01{gtin}21{serial}{GS}1728013110{lot}"
    return {
        "bracketed": f"(01){gtin}(21){serial}",
        "bracketed with lot": f"(01){gtin}(21){serial}(17)280131(10){lot}",
        "element string": label,
        "with symbology identifier": "]d2" + label,
        "separator spelt out": "]d2" + label.replace(GS, "<GS>"),
        "urn": _urn(gtin, serial),
        "digital link": f"https://id.gs1.org/01/{gtin}/21/{quote(serial, safe='')}",
        "own resolver": f"https://example.com/x/01/{gtin}/21/{quote(serial, safe='')}?17=280131",
        "GTIN.serial": f"{gtin}.{serial}",
        "blanks around": f"  (01){gtin}(21){serial} ",
    }


NAMES = list(spellings("09512345678901", "A", "L"))


@pytest.mark.parametrize("name", NAMES)
def test_every_spelling_of_a_pack_gives_the_same_life(site: Site, name: str) -> None:
    gtin, serial = _pack(site)
    wanted = json_of("trace", f"(01){gtin}(21){serial}", "--workspace", site.home)
    assert json_of("trace", spellings(gtin, serial, site.lot)[name], "--workspace", site.home) == wanted
    assert {"encoded", "verified", "commissioned", "aggregated"} <= {step["step"] for step in wanted["steps"]}
    assert {found["code"] for found in wanted["findings"]} >= {"AGG-01"}


def test_a_bare_serial_is_found_under_every_trade_item(site: Site) -> None:
    gtin, serial = _pack(site)
    life = json_of("trace", serial, "--workspace", site.home)
    assert life["item"] == f"(21){serial}"
    assert f"(01){gtin}(21){serial}" in {step["item"] for step in life["steps"]}
    assert {found["code"] for found in life["findings"]} >= {"AGG-01"}


@pytest.mark.parametrize("form", ["{0}", "(00){0}", "00{0}", "]C100{0}", "https://id.gs1.org/00/{0}", "urn"])
def test_every_spelling_of_a_container_gives_its_life(site: Site, form: str) -> None:
    container = site.finding("AGG-02")["items"][0].removeprefix("(00)")
    text = f"urn:epc:id:sscc:{container[1:10]}.{container[0]}{container[10:17]}" if form == "urn" else form.format(container)
    life = json_of("trace", text, "--workspace", site.home)
    assert life["item"] == f"(00){container}"
    assert {found["code"] for found in life["findings"]} >= {"AGG-02"}


def test_a_serial_in_lower_case_is_found_and_marked(site: Site) -> None:
    gtin, serial = _pack(site)
    assert serial != serial.lower()
    life = json_of("trace", f"(01){gtin}(21){serial.lower()}", "--workspace", site.home)
    assert {step["details"].get("same_after") for step in life["steps"]} == {"case"}
    assert "same_after case" in invoke("trace", f"(01){gtin}(21){serial.lower()}", "--workspace", site.home).stdout


@pytest.mark.parametrize("item", ["(01)09512345678901(21)NOBODY", "nobody-knows", "(00)395123456789012345"])
def test_an_unknown_item_ends_with_1_and_a_sentence(site: Site, item: str) -> None:
    result = invoke("trace", item, "--workspace", site.home, "--json")
    assert result.exit_code == 1
    assert '"steps": []' in result.stdout
    assert result.stderr.startswith("Error: no source of the workspace knows (")
    assert result.stderr.endswith("; check the spelling, or add the files with lotproof add.\n")


@pytest.mark.parametrize("text", ["(10)LOT-1", "two words and more than twenty", "urn:epc:id:sgtin:1.2"])
def test_a_text_that_is_no_item_ends_with_2_and_a_sentence(site: Site, text: str) -> None:
    result = invoke("trace", text, "--workspace", site.home)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ") and len(result.stderr.splitlines()) == 1


def test_the_life_as_text_names_places_containers_and_findings(site: Site) -> None:
    gtin, serial = _pack(site)
    said = invoke("trace", f"(01){gtin}(21){serial}", "--workspace", site.home).stdout
    lines = said.splitlines()
    assert lines[0] == f"(01){gtin}(21){serial}"
    assert "Containers:" in lines and "What happened to its containers:" in lines and "Findings on it:" in lines
    assert sum("Linie/" in line or "Hub/" in line for line in lines) >= 4
