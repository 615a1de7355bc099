"""The grammar's tables are cached where that is safe, and never needed from there."""

import threading

import pytest

from maestro_py.syntax import _grammar
from maestro_py.syntax.parser import parse

LAYER = """
  Layer CONV{0} {{
    Type: CONV
    Stride {{ X: 1, Y: 1 }}
    Dimensions {{ K: 64, C: 64, R: 3, S: 3, Y: 56, X: 56 }}
    Dataflow {{
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
    }}
  }}"""
TEXT = "Network resnet {" + "".join(LAYER.format(i) for i in range(54)) + "}"


@pytest.fixture
def fresh(monkeypatch):
    """Let this thread load its reader anew."""
    monkeypatch.setattr(_grammar, "_local", threading.local())
    return monkeypatch


def test_the_second_load_reads_the_cache(fresh, tmp_path):
    fresh.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert parse("Constant A 1;").items
    (cache,) = (tmp_path / "maestro-py").iterdir()
    written = cache.stat().st_mtime_ns
    fresh.setattr(_grammar, "_local", threading.local())
    assert parse("Constant A 1;").items
    assert cache.stat().st_mtime_ns == written


@pytest.mark.parametrize("content", [b"", b"not a cache", b"\x80\x04" + b"x" * 1000])
def test_a_spoilt_cache_is_replaced(fresh, tmp_path, content):
    fresh.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "maestro-py").mkdir()
    cache = tmp_path / "maestro-py" / "grammar.lark.cache"
    cache.write_bytes(content)
    assert parse("Constant A 1;").items
    assert len(cache.read_bytes()) > 10_000


def test_a_folder_that_cannot_be_made_is_done_without(fresh, tmp_path):
    (tmp_path / "file").write_text("")
    fresh.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _grammar.cache_folder() is None
    assert parse("Constant A 1;").items


def test_every_thread_has_its_own_reader():
    found = []
    threads = [
        threading.Thread(target=lambda i=i: found.append((i, parse(f"Constant A {i};", f"{i}"))))
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((i, d.items[0].value.value, d.items[0].span.file) for i, d in found) == [
        (i, i, str(i)) for i in range(4)
    ]
