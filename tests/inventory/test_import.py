"""Imports into the shop: what becomes of rows, twice over, half way and hand in hand with the back office."""

import csv
import gzip
import threading
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import feed, jobs
from core.models import Job
from core.verify import CHECKS
from inventory.importing.errors import ImportFailed
from inventory.importing.report import Report
from inventory.models import Barcode, Group, Price, Product
from inventory.selectors.prices import price_of
from inventory.services import import_jobs
from inventory.services.import_goods import Options, Summary, import_goods
from inventory.services.prices import price_change
from tests.inventory.conftest import NOW, Shop

HEADER = "barcode,brand,name,unit,quantity"
FIRST = "5901234123457,Tymbark,Sok jabłkowy,L,1.00"
SECOND = "5901234123464,,Ser żółty,kg,0.200"


def listed(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def run(path: Path, **options: Any) -> tuple[Summary, list[dict[str, str]]]:
    """Imports the list; what happened, and the report's rows."""
    report = Report(path.parent / "report.csv")
    summary = import_goods(path, Options(**options), report, now=NOW)
    if not report.written:
        return summary, []
    with report.path.open(encoding="utf-8-sig", newline="") as file:
        return summary, list(csv.DictReader(file))


def verified() -> list[str]:
    return [
        str(f) for name in ("feed_matches_goods", "prices_at_tills", "product_taxes") for f in CHECKS[name]()
    ]


def test_a_list_becomes_goods_with_invented_prices_that_say_so(shop: Shop, tmp_path: Path) -> None:
    summary, problems = run(listed(tmp_path, FIRST, SECOND))
    assert problems == []
    assert (summary.counts.new, summary.counts.barcodes, summary.counts.invented, summary.invents) == (
        2,
        2,
        2,
        True,
    )
    product = Barcode.objects.get(code="5901234123457").product
    assert (product.code, product.name, product.content, product.content_unit_id, product.tax) == (
        "5901234123457", "Tymbark Sok jabłkowy 1 l", 1000, "l", "A"
    )  # fmt: skip
    price = price_of(product, at=NOW, store=shop.cast.store)
    assert price is not None and price.source == Price.Source.INVENTED
    assert verified() == []


def test_the_second_time_nothing_changes_and_the_feed_stands_still(shop: Shop, tmp_path: Path) -> None:
    path = listed(tmp_path, FIRST, SECOND)
    run(path)
    head = feed.head()
    summary, _ = run(path)
    counts = summary.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.invented, counts.prices) == (0, 0, 2, 0, 0)
    assert feed.head() == head


def test_a_changed_row_changes_its_product_and_nothing_else(shop: Shop, tmp_path: Path) -> None:
    run(listed(tmp_path, FIRST, SECOND))
    summary, _ = run(listed(tmp_path, FIRST.replace("jabłkowy", "gruszkowy"), SECOND))
    assert (summary.counts.changed, summary.counts.unchanged) == (1, 1)
    assert Product.objects.get(code="5901234123457").search_name == "tymbark sok gruszkowy 1 l"
    assert verified() == []


def test_what_the_list_does_not_say_is_left_alone(shop: Shop, tmp_path: Path) -> None:
    run(listed(tmp_path, FIRST))
    product = Product.objects.get(code="5901234123457")
    Product.objects.filter(id=product.id).update(tax="B", age=18, group=shop.juices)
    price_change(product=product, price=777, now=NOW + timedelta(seconds=1))
    run(listed(tmp_path, FIRST))
    product.refresh_from_db()
    assert (product.tax, product.age, product.group_id) == ("B", 18, shop.juices.id)


def test_prices_of_the_list_are_taken_and_changed_with_it(shop: Shop, tmp_path: Path) -> None:
    header = HEADER + ",cena,vat,grupa"
    summary, _ = run(listed(tmp_path, FIRST + ",'',5%,Napoje/Soki".replace("''", '"4,99"'), header=header))
    assert (summary.counts.prices, summary.counts.invented, summary.counts.groups) == (1, 0, 0)
    product = Product.objects.get(code="5901234123457")
    assert (product.tax, product.group_id) == ("C", shop.juices.id)
    assert [p.price for p in Price.objects.filter(product=product)] == [499]
    summary, _ = run(listed(tmp_path, FIRST + ',"5,49",5%,Nowa', header=header))
    assert (summary.counts.prices, summary.counts.groups, summary.counts.changed) == (1, 1, 1)
    assert Group.objects.filter(name="Nowa", parent=None).exists()


def test_prices_may_begin_later(shop: Shop, tmp_path: Path) -> None:
    path = listed(tmp_path, FIRST + ",499", header=HEADER + ",price")
    summary, _ = run(path, price_from=NOW + timedelta(days=1))
    assert summary.counts.prices == 1
    assert run(path, price_from=NOW + timedelta(days=1))[0].counts.prices == 0
    assert price_of(Product.objects.get(code="5901234123457"), at=NOW, store=shop.cast.store) is None
    with pytest.raises(ImportFailed, match="past"):
        run(path, price_from=NOW - timedelta(days=1))


def test_empty_prices_are_invented_only_when_asked(shop: Shop, tmp_path: Path) -> None:
    path = listed(tmp_path, FIRST + ",", SECOND + ",2.50", header=HEADER + ",price")
    assert run(path)[0].counts.invented == 0
    assert run(path, invent_prices=True)[0].counts.invented == 1
    assert Price.objects.count() == 2


def test_a_dry_run_tries_everything_and_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    head = feed.head()
    summary, problems = run(listed(tmp_path, FIRST, SECOND, "123x,,,,"), dry_run=True, group=("Nowa",))
    assert (summary.counts.new, summary.counts.groups, summary.errors) == (2, 1, 1)
    assert problems[0]["row"] == "4"
    assert Product.objects.count() == 2
    assert not Group.objects.filter(name="Nowa").exists()
    assert feed.head() == head


def test_what_a_list_says_twice_is_taken_once_and_told(shop: Shop, tmp_path: Path) -> None:
    summary, problems = run(listed(tmp_path, FIRST, SECOND, FIRST.replace("Sok", "Nektar")))
    assert summary.counts.new == 2
    assert [(p["row"], p["column"], p["value"]) for p in problems] == [("4", "barcode", "5901234123457")]
    assert "2" in problems[0]["reason"]


def test_repeats_are_found_across_slices(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.services.import_goods.SLICE", 1)
    _, problems = run(listed(tmp_path, FIRST, SECOND, FIRST))
    assert [p["row"] for p in problems] == ["4"]


def test_rows_of_one_code_bring_its_barcodes_together(shop: Shop, tmp_path: Path) -> None:
    header = "kod,ean,nazwa"
    path = listed(
        tmp_path, "77,5901234123457,Sok", "77,5901234123464,Sok w kartonie", "77,,Sok", header=header
    )
    summary, problems = run(path)
    assert (summary.counts.new, summary.counts.barcodes) == (1, 2)
    assert [p["row"] for p in problems] == ["4"]
    assert {b.product.code for b in Barcode.objects.all()} == {"77"}
    assert run(path)[0].counts.barcodes == 0


def test_a_barcode_of_another_product_is_never_taken_over(shop: Shop, tmp_path: Path) -> None:
    run(listed(tmp_path, "77,5901234123457,Sok", header="kod,ean,nazwa"))
    summary, problems = run(
        listed(tmp_path, "88,5901234123457 5901234123464,Ser", "99,,Masło", header="kod,ean,nazwa")
    )
    assert (summary.counts.new, summary.counts.changed) == (1, 1)
    assert problems == []
    assert Product.objects.get(code="88").barcodes.count() == 2
    _, problems = run(listed(tmp_path, "99,5901234123457,Masło", header="kod,ean,nazwa"))
    assert "Another product" in problems[0]["reason"]


def test_a_code_that_is_taken_gives_way_to_a_free_one(shop: Shop, tmp_path: Path) -> None:
    run(listed(tmp_path, "4011,,Coś innego,,"))
    assert Product.objects.get(code="4011").name == "Jabłka Gala"
    assert Barcode.objects.get(code="4011").product.code == "100001"


def test_the_report_cannot_run_as_a_formula(shop: Shop, tmp_path: Path) -> None:
    _, problems = run(listed(tmp_path, "5901234123458,,=HYPERLINK(1),,", "ż=1,,=x,,", "=żx,,x,,"))
    assert problems[0]["value"] == "5901234123458"
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert not any(cell.startswith("=") for line in csv.reader(StringIO(text)) for cell in line)


def test_stopping_keeps_whole_slices_and_the_next_run_finishes(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.services.import_goods.SLICE", 1)

    def stop(done: int, total: int, rows: int) -> None:
        raise jobs.Cancelled("Stopped on request.")

    with pytest.raises(jobs.Cancelled):
        path = listed(tmp_path, FIRST, SECOND)
        import_goods(path, Options(), Report(tmp_path / "r.csv"), now=NOW, progress=stop)
    assert Product.objects.filter(code__startswith="59").count() == 1
    assert verified() == []
    assert run(path)[0].counts.new == 1


def test_a_slice_costs_the_same_statements_however_many_rows_it_has(shop: Shop, tmp_path: Path) -> None:
    from stdnum import ean

    def rows(first: int, count: int) -> Iterable[str]:
        for number in range(first, first + count):
            code = f"590{number:09}"
            yield f"{code}{ean.calc_check_digit(code)},,Towar {number},,"

    def statements(first: int, count: int) -> int:
        with CaptureQueriesContext(connection) as context:
            assert run(listed(tmp_path, *rows(first, count)))[0].counts.new == count
        return len(context)

    statements(0, 3)
    assert statements(100, 200) == statements(1000, 900)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_do_not_meet(shop: Shop, tmp_path: Path) -> None:
    path = listed(tmp_path, FIRST)
    inside, told = threading.Event(), []

    def other() -> None:
        inside.wait()
        try:
            import_goods(path, Options(), Report(tmp_path / "o.csv"), now=NOW)
        except ImportFailed as error:
            told.append(error.code)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()

    def wait(done: int, total: int, rows: int) -> None:
        inside.set()
        thread.join()

    import_goods(path, Options(), Report(tmp_path / "r.csv"), now=NOW, progress=wait)
    assert told == ["import_running"]
    assert Product.objects.filter(code="5901234123457").count() == 1


def test_the_command_shows_what_it_understood(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADER}\n{FIRST}\n5901234123458,,zły,,\n".encode()))
    out = StringIO()
    call_command("import_goods", str(path), "--report", str(tmp_path / "bad.csv"), stdout=out)
    text = out.getvalue()
    assert "barcode   ← column 1 “barcode”" in text
    assert "INVENTED" in text
    assert "1 new" in text and "1 with errors" in text and "bad.csv" in text
    with pytest.raises(CommandError, match="FIELD=COLUMN"):
        call_command("import_goods", str(path), "--map", "nonsense")
    with pytest.raises(CommandError, match="neither a day"):
        call_command("import_goods", str(path), "--price-from", "soon")
    with pytest.raises(CommandError, match="no tax code"):
        call_command("import_goods", str(path), "--tax", "Q")
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_goods", str(tmp_path / "none.csv"))


def test_an_upload_is_imported_by_a_worker_and_its_result_kept(
    shop: Shop, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    data = f"{HEADER}\n{FIRST}\n5901234123458,,zły,,\n".encode()
    upload = import_jobs.upload_keep([data[:20], data[20:]])
    job = import_jobs.import_start(upload=upload, name="../../etc/passwd", by=shop.cast.manager)
    assert jobs.run_waiting() == 1
    job = Job.objects.get(id=job.id)
    assert job.state == Job.State.DONE, job.message
    assert job.result is not None
    assert (job.result["new"], job.result["errors"], job.result["invented"]) == (1, 1, 1)
    path = import_jobs.report_path(job)
    assert path is not None and "5901234123458" in path.read_text(encoding="utf-8-sig")
    assert Price.objects.get(source="invented").created_by == shop.cast.manager


@pytest.mark.parametrize("upload", ["../settings.py", "x.upload", "0" * 32 + ".upload"])
def test_a_job_reads_nothing_but_kept_uploads(shop: Shop, tmp_path: Path, settings: Any, upload: str) -> None:
    settings.DATA_DIR = tmp_path
    with pytest.raises(ImportFailed, match="no longer here"):
        import_jobs.import_start(upload=upload, name="x", by=None)


def test_an_upload_over_the_limit_leaves_no_file(
    shop: Shop, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(import_jobs, "MAX_FILE_BYTES", 10)
    with pytest.raises(ImportFailed, match="larger"):
        import_jobs.upload_keep([b"x" * 11])
    assert list(import_jobs.folder().iterdir()) == []
