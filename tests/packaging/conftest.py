"""The tree as it stands, the wheel built from it, and an environment that holds only that wheel."""

import fcntl
import os
import shutil
import site
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Top of the tree."""
    return ROOT


@pytest.fixture(scope="session")
def tree_files() -> list[Path]:
    """Files of the tree relative to its top: tracked ones and new ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(Path(name) for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file())


def build_wheel(tree_files: list[Path], scratch: Path) -> None:
    """Build a wheel by way of the source distribution, from a copy of the tree, into ``scratch/dist``."""
    copy = scratch / "tree"
    for name in tree_files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(scratch / "dist"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.fixture(scope="session")
def wheel(tree_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel of the tree; parallel test processes build it once, whoever comes first."""
    base = tmp_path_factory.getbasetemp()
    scratch = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "wheel"
    scratch.mkdir(exist_ok=True)
    with (scratch / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(scratch.glob("dist/*.whl")):
            build_wheel(tree_files, scratch)
    (path,) = scratch.glob("dist/*.whl")
    return path


@dataclass(frozen=True)
class Installation:
    """A virtual environment with the wheel installed, and an empty folder to work in."""

    environment: Path
    folder: Path

    @property
    def packages(self) -> Path:
        """Where the wheel's files lie."""
        variables = {"base": str(self.environment), "platbase": str(self.environment)}
        return Path(sysconfig.get_path("platlib", "venv", vars=variables))

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment from the empty folder, as a shell without settings would."""
        settings = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MAESTRO"))}
        return subprocess.run(
            [str(self.environment / "bin" / program), *arguments],
            cwd=self.folder,
            env={**settings, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Install the wheel; its dependencies are taken from the running environment, after its own files."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    install = ["-m", "pip", "--python", str(environment), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([sys.executable, *install, str(wheel)], check=True)
    made = Installation(environment, tmp_path_factory.mktemp("empty"))
    (made.packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return made
