"""What `pip install` would bring of this repository is all that is there."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_of_the_workshop_holds_all_files_of_its_package(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.iterdir()
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "workshop").rglob("*") if path.is_file()}
    assert packed == {name for name in ours if "__pycache__" not in name}


def test_strict_datastore_is_under_the_licence_of_the_repository():
    assert (ROOT / "strict_datastore" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
