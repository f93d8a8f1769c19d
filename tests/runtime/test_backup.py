"""A backup and the way back: everything returns, and tills learn that history has changed."""

from __future__ import annotations

import stat
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.runtime.helpers import CLONE, environment, python

DJANGO = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup()\n"
STATE = DJANGO + (
    "from core import feed; from core.models import Company\n"
    "print(feed.head().epoch, *Company.objects.order_by('id').values_list('name', flat=True), sep=',')"
)
ADD = DJANGO + (
    "from core.services import organisation\n"
    "organisation.company_create(name={!r}, country='pl', currency='PLN', tax_id='5260001246')"
)


def manage(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        env=environment(data), cwd=CLONE, capture_output=True, text=True, check=False,
    )  # fmt: skip


def done(finished: subprocess.CompletedProcess[str]) -> str:
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


@pytest.mark.slow
@pytest.mark.long
def test_what_was_saved_comes_back_in_a_new_epoch(shop: Path) -> None:
    file = shop / "shop.backup"
    done(manage(shop, "migrate", "--verbosity", "0"))
    done(python(ADD.format("Before"), shop))
    epoch, *names = done(python(STATE, shop)).split(",")
    secret = (shop / "secret_key").read_text()
    done(manage(shop, "backup", file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert manage(shop, "backup", file).stderr.endswith("exists already; a backup never replaces a file.\n")
    done(python(ADD.format("After"), shop))
    (shop / "secret_key").write_text("x" * 60)
    assert "--replace" in manage(shop, "restore", file).stderr
    done(manage(shop, "restore", file, "--replace"))
    new_epoch, *new_names = done(python(STATE, shop)).split(",")
    assert new_names == names == ["Before"]
    assert new_epoch != epoch
    assert (shop / "secret_key").read_text() == secret
    assert not list(shop.glob(".backup-*"))
    refused = manage(
        shop, "restore", make_tar(shop / "bad.backup", {"database.dump": b"no dump"}), "--replace"
    )
    assert "pg_restore failed" in refused.stderr
    assert done(python(STATE, shop)).split(",")[1:] == ["Before"]


def make_tar(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    return path


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    from core.runtime import backup

    (tmp_path / "text").write_text("hello")
    with pytest.raises(backup.BackupError, match="cannot be read as a backup"):
        backup._unpack(tmp_path / "text", tmp_path / "out")
    with pytest.raises(backup.BackupError, match=r"it has no database\.dump"):
        backup._unpack(make_tar(tmp_path / "other", {"a": b"b"}), tmp_path / "out")


def test_only_known_members_leave_the_archive(tmp_path: Path) -> None:
    from core.runtime import backup

    files = {
        "database.dump": b"d",
        "../../evil": b"x",
        "/etc/evil": b"x",
        "tls/server.key": b"x",
        "secret_key": b"s",
    }
    assert backup._unpack(make_tar(tmp_path / "file", files), tmp_path / "out") == ["secret_key"]
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["database.dump", "secret_key"]
