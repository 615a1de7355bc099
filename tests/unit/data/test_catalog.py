"""Names of shipped files lead to them; headers say what the files hold."""

from pathlib import Path

import pytest

from maestro_py import catalog
from maestro_py.errors import InputError


def diagnostic_of(error: InputError) -> tuple[str, str, str]:
    (diagnostic,) = error.diagnostics
    return diagnostic.code, diagnostic.message, diagnostic.hint


@pytest.mark.parametrize("name", catalog.model_names())
def test_a_network_is_found_and_described(name: str) -> None:
    assert catalog.find("model", name) == catalog.model_path(name)
    assert catalog.model_path(name).read_text(encoding="utf-8").startswith("// Title: ")
    info = catalog.model_info(name)
    assert info.name == name
    assert "not costed" in info.note
    assert all((info.title, info.source))


@pytest.mark.parametrize("name", catalog.dataflow_names())
def test_a_dataflow_is_found_and_described(name: str) -> None:
    assert catalog.find("dataflow", name) == catalog.dataflow_path(name)
    info = catalog.dataflow_info(name)
    assert info.name == name
    assert info.stationary in {"weights", "outputs", "rows", "none"}
    assert all((info.title, info.layer_types, info.parallel, info.needs, info.source, info.differs))


def test_a_misspelt_name_gets_a_suggestion_and_what_is_near() -> None:
    with pytest.raises(InputError) as caught:
        catalog.model_path("resnet5")
    code, message, hint = diagnostic_of(caught.value)
    assert (code, message) == ("M701", "no shipped model is called 'resnet5'")
    assert hint is not None
    assert hint.startswith(
        f"did you mean 'resnet50'? {len(catalog.model_names())} models, near it: resnet50 "
    )
    with pytest.raises(InputError) as caught:
        catalog.model_path("x")
    assert diagnostic_of(caught.value)[2] == f"models: {' '.join(catalog.model_names())}"


def test_a_name_of_the_other_kind_says_so() -> None:
    with pytest.raises(InputError) as caught:
        catalog.find("dataflow", "vgg16")
    assert diagnostic_of(caught.value)[2].startswith("'vgg16' is a model; dataflows: ckp_ws ")


@pytest.mark.parametrize("text", ["", "../models/vgg16", "nothing/here"])
def test_no_text_leads_out_of_the_shipped_folder(text: str) -> None:
    with pytest.raises(InputError):
        catalog.dataflow_path(text)


def test_a_path_wins_over_a_name_and_a_name_over_a_file(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("rs", "rs.m", "mine"):
        Path(file).write_text("", encoding="utf-8")
    assert catalog.find("dataflow", "rs") == catalog.dataflow_path("rs")
    assert catalog.find("dataflow", "rs.m") == Path("rs.m")
    assert catalog.find("dataflow", "mine") == Path("mine")
    assert catalog.find("dataflow", str(tmp_path / "mine")) == tmp_path / "mine"


def test_a_header_ends_at_the_first_line_of_another_form() -> None:
    lines = ["// Title: a: b", "//   and c", "//Note: no blank", "// Source: not read"]
    assert catalog.read_header(lines) == {"Title": "a: b and c"}
    assert catalog.read_header(["// no key here", "// Title: x"]) == {}
    assert catalog.read_header([]) == {}
