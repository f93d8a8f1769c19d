"""Long work: told on every page, stopped by those who may."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import Employee, Job
from tests.backoffice.conftest import signed_in
from tests.conftest import Cast


def start(cast: Cast) -> Job:
    return jobs.start("import_goods", title="Import of goods.csv", params={}, by=cast.manager)


def test_running_work_is_on_every_page_and_is_asked_about_only_while_it_runs(
    cast: Cast, manager: Client
) -> None:
    assert "data-job-running" not in manager.get("/backoffice/settings/").content.decode()
    job = start(cast)
    Job.objects.filter(id=job.id).update(state="running", done=71, total=100)
    html = manager.get("/backoffice/settings/").content.decode()
    assert f'data-job-running="{job.id}"' in html and "71 %" in html and "Import of goods.csv" in html
    Job.objects.filter(id=job.id).update(state="done")
    fragment = manager.get("/backoffice/jobs/drawer/", headers={"HX-Request": "true"}).content.decode()
    assert "data-job-running" not in fragment and "<html" not in fragment


def test_work_is_stopped_by_those_who_may(
    cast: Cast, manager: Client, person_with: Callable[..., Employee]
) -> None:
    job = start(cast)
    stop = reverse("backoffice:job_cancel", args=[job.id])
    assert signed_in(person_with("backoffice.view")).post(stop).status_code == 403
    assert manager.get(stop).status_code == 405
    assert manager.post(stop).status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_s_page_waits_for_its_end_and_tells_a_failure(cast: Cast, manager: Client) -> None:
    job = start(cast)
    page = reverse("backoffice:job", args=[job.id])
    assert f'data-waits-for="{job.id}"' in manager.get(page).content.decode()
    Job.objects.filter(id=job.id).update(state="failed", message="The file has no rows.")
    html = manager.get(page).content.decode()
    assert "The file has no rows." in html and "data-waits-for" not in html
    assert "Failed" in manager.get("/backoffice/jobs/").content.decode()


def test_without_any_work_the_page_says_what_will_be_there(cast: Cast, manager: Client) -> None:
    assert "No long work yet." in manager.get("/backoffice/jobs/").content.decode()
