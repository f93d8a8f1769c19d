"""What holds for every page: no inline code, a strict policy, other people's text stays text, forms are guarded."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from backoffice import icons
from backoffice.page import RAIL
from core import clock
from core.services import organisation
from inventory.services import goods
from loyalty.models import Promotion
from loyalty.services import promotion_save
from tests.backoffice.pages import XSS, addresses
from tests.backoffice.shop import Shop
from tests.conftest import Cast


class Markup(HTMLParser):
    """Collects what must not, and what must, be in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.inputs: list[dict[str, str | None]] = []
        self.icons: list[str] = []
        self.headings = 0
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.inline += [f"{tag} {name}" for name in found if name.startswith("on") or name == "style"]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in found) else []
        if tag == "use":
            self.icons.append((found.get("href") or "").partition("#")[2])
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label" and found.get("for"):
            self.labels.append(str(found["for"]))
        if tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "submit"):
            self.inputs.append(found)
        self.headings += tag == "h1"


def markup(html: str) -> Markup:
    found = Markup()
    found.feed(html)
    return found


def html_pages(shop: Shop, cast: Cast, client: Client) -> dict[str, str]:
    """Every page that a GET answers with HTML, by URL name."""
    pages = {}
    for name, address in addresses(shop, cast.manager).items():
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            pages[name] = response.content.decode()
            assert "'self'" in response["Content-Security-Policy"]
            assert "unsafe" not in response["Content-Security-Policy"]
            assert response["Cache-Control"] == "no-store" or "no-cache" in response["Cache-Control"]
            assert response["X-Frame-Options"] == "DENY"
    return pages


def test_no_page_has_inline_code_and_all_of_it_is_well_formed(
    shop: Shop, cast: Cast, manager: Client
) -> None:
    pages = html_pages(shop, cast, manager)
    assert len(pages) > 35
    known = set(icons.names())
    for name, html in pages.items():
        found = markup(html)
        assert found.inline == [], name
        assert len(found.ids) == len(set(found.ids)), (name, sorted(found.ids))
        assert set(found.icons) <= known, name
        named = [f for f in found.inputs if f.get("id") in found.labels or f.get("aria-label")]
        assert len(named) == len(found.inputs), (name, [f for f in found.inputs if f not in named])
        if "<html" in html:
            assert found.headings == 1, name
            assert '<a class="skip" href="#content">' in html and 'id="content"' in html, name


def test_names_that_look_like_code_are_shown_as_text(shop: Shop, cast: Cast, manager: Client) -> None:
    goods.product_save(
        shop.butter,
        code="1001",
        name=XSS,
        kind="piece",
        unit=shop.butter.unit,
        group=shop.group,
        tax="C",
        now=clock.now(),
    )
    goods.group_save(shop.group, name=XSS)
    organisation.store_update(cast.store, name=XSS[:40], receipt_header=[XSS[:40]])
    organisation.employee_update(cast.cashier, name=XSS)
    organisation.role_save(code="nobody", name=XSS, permissions=[])
    promotion_save(name=XSS, kind="percent", params={"percent": 100}, everything=True, now=clock.now())
    organisation.setting_save("quick_grid", [{"label": XSS[:20], "products": [str(shop.butter.id)]}])
    shop.pen.till.name = XSS
    shop.pen.till.save()
    for name, html in html_pages(shop, cast, manager).items():
        assert "<script>alert" not in html, name
        assert '"><script' not in html, name
    assert Promotion.objects.filter(name=XSS.strip()).exists()


def test_text_from_the_address_is_shown_as_text(manager: Client, shop: Shop) -> None:
    for address in (
        "/backoffice/goods/",
        "/backoffice/receipts/",
        "/backoffice/people/",
        "/backoffice/find/",
    ):
        html = manager.get(
            address, {"q": XSS, "sort": XSS, "group": XSS, "since": XSS, "after": XSS}
        ).content.decode()
        assert "<script>alert" not in html


@pytest.mark.parametrize(
    "name", ["sign_out", "language", "theme", "people", "goods_new", "till_new", "settings", "import"]
)
def test_a_post_without_the_token_is_refused(name: str, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(f"backoffice:{name}") if name != "people" else reverse("backoffice:employee_new")
    assert client.post(address, {"name": "x"}).status_code == 403


def test_the_policy_allows_no_foreign_host(manager: Client) -> None:
    policy = manager.get("/backoffice/")["Content-Security-Policy"]
    assert not re.search(r"https?://", policy)


def test_a_language_and_a_theme_are_kept(manager: Client, cast: Cast) -> None:
    response = manager.post("/backoffice/language/", {"language": "pl", "next": "/backoffice/goods/"})
    assert response["Location"] == "/backoffice/goods/"
    cast.manager.refresh_from_db()
    assert cast.manager.language == "pl"
    assert '<html lang="pl"' in manager.get("/backoffice/").content.decode()
    manager.post("/backoffice/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in manager.get("/backoffice/").content.decode()
    manager.post("/backoffice/theme/", {"theme": "<script>"})
    assert 'data-theme="dark"' in manager.get("/backoffice/").content.decode()


def test_after_a_choice_one_stays_on_this_server(manager: Client) -> None:
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert (
            manager.post("/backoffice/theme/", {"theme": "dark", "next": target})["Location"]
            == "/backoffice/"
        )


def test_every_place_of_the_rail_marks_itself(manager: Client, shop: Shop) -> None:
    for entry in RAIL:
        html = manager.get(entry.url).content.decode()
        assert f'href="{entry.url}" aria-current="page"' in html, entry.name


def test_a_server_without_a_store_says_what_to_do(db: None) -> None:
    from core.models import Employee, Role

    role = Role.objects.create(code="owner", name="Owner", permissions=["backoffice.view"])
    owner = Employee.objects.create(name="Owner", username="owner", role=role)
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/backoffice/")
    assert response.status_code == 503
    assert "no store yet" in response.content.decode()


def test_the_sprite_is_made_of_the_vendored_icons() -> None:
    assert icons.SPRITE.read_text("utf-8") == icons.sprite()
