"""What the tests of the command line share: a runner, and small files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maestro_py.cli import main

Run = Callable[..., Result]

SMALL = """\
Network small {
  Layer conv1 {
    Type: CONV;
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 8, X: 8 }
  }

  Layer fc {
    Type: FC;
    Dimensions { K: 10, C: 32 }
  }
}
"""

ILLEGAL = """\
Network bad {
  Layer gaps {
    Type: CONV;
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 8, X: 8 }
    Dataflow {
      SpatialMap(1,2) K;
    }
  }

  Layer fine {
    Type: CONV;
    Dimensions { K: 8, C: 4, R: 3, S: 3, Y: 8, X: 8 }
    Dataflow {
      SpatialMap(1,1) K;
    }
  }
}
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process; the result has ``stdout``, ``stderr`` and ``exit_code``."""
    monkeypatch.delenv("MAESTRO_DEBUG", raising=False)

    def invoke(*arguments: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, prog_name="maestro-py")

    return invoke


@pytest.fixture(scope="session")
def root() -> Path:
    """Top of the tree."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def canonical() -> str:
    """Canonical text of the small network."""
    return SMALL


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A network of two small layers without dataflows."""
    path = tmp_path / "small.m"
    path.write_text(SMALL)
    return path


@pytest.fixture
def illegal(tmp_path: Path) -> Path:
    """A network with a layer that misses half of its output channels, and one that is fine."""
    path = tmp_path / "bad.m"
    path.write_text(ILLEGAL)
    return path
