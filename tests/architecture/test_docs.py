"""Docs are tested: what a person can set, call or run is named in the pages for that person."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from core.runtime import env
from pos.ops import OPS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
OURS = {"core", "inventory", "loyalty", "pos", "exchange", "backoffice"}


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def all_pages() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(DOCS.glob("*.md")))


def test_every_setting_is_named_with_its_default_for_the_administrator() -> None:
    text = page("administrator.md")
    assert [name for name in sorted(env.REGISTRY) if f"`{name}`" not in text] == []


def test_every_command_is_named() -> None:
    text = all_pages()
    ours = [name for name, app in get_commands().items() if app in OURS]
    assert [name for name in sorted(ours) if f"manage.py {name}" not in text] == []


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, path)
        else:
            found.append(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))
    return found


def test_every_interface_address_is_named_for_the_integrator() -> None:
    text = all_pages()
    interfaces = [
        path for path in routes(get_resolver().url_patterns) if path.startswith(("api/", "healthz"))
    ]
    assert interfaces
    assert [path for path in interfaces if f"/{path}" not in text] == []


def test_every_socket_op_is_named_on_the_page_of_the_wire() -> None:
    text = page("protocol.md")
    assert [name for name in sorted(OPS) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("call", ["Broken", "set_aside"])
def test_every_reason_for_setting_an_item_aside_is_named_on_the_page_of_the_wire(call: str) -> None:
    text = page("protocol.md")
    sources = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "pos").rglob("*.py")))
    codes = set(re.findall(rf'{call}\(\s*"([a-z_]+)"', sources))
    assert codes
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []


def test_every_driver_has_its_page_and_is_named() -> None:
    text = page("devices.md")
    drivers = [path.parent.name for path in sorted((ROOT / "devices/drivers").glob("*/manifest.toml"))]
    assert drivers
    assert [name for name in drivers if f"`{name}`" not in text] == []
    assert [name for name in drivers if not (ROOT / "devices/drivers" / name / "README.md").exists()] == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("**/*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []
