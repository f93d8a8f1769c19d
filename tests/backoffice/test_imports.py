"""Import of goods: upload, columns, trial, import, the list of problems."""

import gzip
import io
import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backoffice.services import imports
from backoffice.uploads import OVERHEAD
from core import clock, jobs
from core.models import Job
from inventory.models import Product
from inventory.services import import_jobs
from tests.backoffice.shop import Shop

NEW = "/backoffice/goods/import/"
TABLE = "code;barcode;name;price;tax\n77;5901234567893;Kefir 400 g;3,49;C\n78;;Twaróg;12,5o;C\n"


def uploaded(client: Client, content: bytes = TABLE.encode(), name: str = "goods.csv") -> str:
    response = client.post(NEW, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def columns(client: Client, page: str) -> dict[str, str]:
    """What the mapping form holds before anybody touches it."""
    form = client.get(page).context["form"]
    return {field.name: field.value() or "" for field in form}


def test_a_list_is_tried_and_then_imported_with_the_same_columns(shop: Shop, manager: Client) -> None:
    page = uploaded(manager)
    html = manager.get(page).content.decode()
    assert "Kefir 400 g" in html and "12,5o" in html
    trial = manager.post(page, {**columns(manager, page), "action": "try"})
    jobs.run_waiting()
    assert not Product.objects.filter(code="77").exists(), "a trial changed the goods"
    html = manager.get(trial["Location"]).content.decode()
    assert "What the import would do" in html and "Import now" in html and "goods.csv" in html
    job = Job.objects.get()
    assert job.result is not None and job.result["errors"] == 1 and job.result["report"]
    report = b"".join(manager.get(reverse("backoffice:import_report", args=[job.id])).streaming_content)  # type: ignore[attr-defined]
    assert "12,5o" in report.decode("utf-8-sig")
    done = manager.post(reverse("backoffice:import_run", args=[job.id]))
    jobs.run_waiting()
    assert "What the import did" in manager.get(done["Location"]).content.decode()
    assert Product.objects.get(code="77").name == "Kefir 400 g"


def test_columns_without_headings_are_told_apart_by_hand(shop: Shop, manager: Client) -> None:
    page = uploaded(manager, b"x;y\n91;Ser\n92;Chleb\n")
    refused = manager.post(page, {"column_0": "code", "column_1": "code", "action": "try"})
    assert refused.status_code == 422 and "two columns" in refused.content.decode()
    manager.post(page, {"column_0": "code", "column_1": "name", "action": "import"})
    jobs.run_waiting()
    assert Product.objects.filter(name__in=["Ser", "Chleb"]).count() == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "goods.csv"),
        (b"\x00\x01\x02\xff" * 50, "goods.xlsx"),
        (b"PK\x03\x04broken", "goods.xlsx"),
        (gzip.compress(b"", mtime=0), "g.csv.gz"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(
    shop: Shop, manager: Client, content: bytes, name: str
) -> None:
    response = manager.post(NEW, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(shop: Shop, manager: Client) -> None:
    said = str(imports.MAX_BYTES + OVERHEAD + 1)
    response = manager.post(NEW, {"file": io.BytesIO(b"a;b\n")}, CONTENT_LENGTH=said)
    assert response.status_code == 400 and "larger than" in response.content.decode()


def test_the_token_is_asked_for_though_the_size_is_checked_first(shop: Shop) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(shop.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(NEW, {"file": SimpleUploadedFile("goods.csv", TABLE.encode())}).status_code == 403


def test_an_upload_that_is_gone_is_told_so(shop: Shop, manager: Client) -> None:
    assert manager.get(reverse("backoffice:import_show", args=[uuid.uuid4()])).status_code == 404
    assert manager.get(reverse("backoffice:import_report", args=[uuid.uuid4()])).status_code == 404


def test_old_uploads_are_removed(shop: Shop, manager: Client) -> None:
    uploaded(manager)
    [kept] = import_jobs.folder().glob("*.upload")
    week_ago = (clock.now() - timedelta(days=8)).timestamp()
    os.utime(kept, (week_ago, week_ago))
    assert imports.uploads_prune() == 1 and not Path(kept).exists()


def test_a_job_that_is_no_trial_starts_nothing(shop: Shop, manager: Client) -> None:
    job = jobs.start("import_goods", title="x", params={}, by=None)
    assert manager.post(reverse("backoffice:import_run", args=[job.id])).status_code == 404
    assert Job.objects.count() == 1


def test_the_empty_table_is_understood_without_asking(shop: Shop, manager: Client) -> None:
    page = uploaded(manager, manager.get("/backoffice/goods/import/template.csv").content)
    chosen = set(columns(manager, page).values())
    assert {"code", "barcode", "name", "group", "unit", "price", "tax", "kind", "age"} <= chosen
