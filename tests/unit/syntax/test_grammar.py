"""The grammar, its builder, its words and the tree keep in step."""

import ast as python_ast
import inspect
import re
import tomllib

import pytest
from lark import Lark

from maestro_py import _resources
from maestro_py.syntax import _build, _recover, ast
from maestro_py.syntax._grammar import START, reader
from maestro_py.syntax.codes import CODES
from tests.unit.syntax import trees

GRAMMAR = _resources.read_text("dsl", "grammar.lark")
MESSAGES = tomllib.loads(_resources.read_text("dsl", "messages.toml"))

ACCEPTED = """
Constant A (1+2)*Sz(K);
Network n { Layer a { Type: CONV Repeat 2 Stride { X: 1 } Padding { X: (1, A) Y 2 }
  Density { W 0.3, I: 1 }
  Dimensions { K: A } Dataflow f (CONV) { SpatialMap(1,1) K; Cluster(4, P); TemporalMap 1 1 C } } }
Accelerator { PE { NumPEs: 4 } Frequency: 1.5 GHz Technology: x }
num_pes: 4
"""


@pytest.fixture(scope="module")
def strict() -> Lark:
    """Raise on any conflict of the grammar or collision of terminals (needs interegular)."""
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", start=[START], strict=True)


def test_there_are_no_conflicts(strict):
    assert strict.parse(ACCEPTED).data == START


def test_every_rule_has_a_builder_method_and_the_reverse(strict):
    rules = {rule.origin.name for rule in strict.rules if not rule.origin.name.startswith("_")}
    methods = {
        name
        for name, _ in inspect.getmembers(_build.Builder, inspect.isfunction)
        if not name.startswith("_") and name != "reset"
    }
    assert {str(rule) for rule in rules} == methods


def test_every_terminal_has_words(strict):
    terminals = {t.name for t in strict.terminals} - {"BLANK", "COMMENT"} | {"$END"}
    assert terminals == set(MESSAGES["words"])


def test_every_keyword_is_reserved_and_known_to_recovery(strict):
    keywords = set(_recover._KEYWORDS)
    assert keywords == set(trees.RESERVED)
    for keyword, terminal in _recover._KEYWORDS.items():
        (pattern,) = [t.pattern for t in strict.terminals if t.name == terminal]
        assert pattern.value.startswith(keyword)
        with pytest.raises(ValueError, match="M1"):
            reader_parse(f"Constant {keyword} 1;")


def reader_parse(text):
    """Parse, for tests that only ask whether it can be."""
    from maestro_py.syntax.parser import parse

    return parse(text)


def node_classes() -> set[type]:
    """Return every class of the tree."""
    return {
        value
        for value in vars(ast).values()
        if inspect.isclass(value)
        and value.__module__ == ast.__name__
        and hasattr(value, "__dataclass_fields__")
    }


def test_every_node_class_is_read_and_generated():
    seen: set[type] = set()

    def walk(value):
        if isinstance(value, tuple):
            for item in value:
                walk(item)
        elif type(value) in node_classes():
            seen.add(type(value))
            for field in value.__dataclass_fields__:
                walk(getattr(value, field))

    walk(reader_parse(ACCEPTED + "// a comment"))
    assert seen == node_classes()
    generated = set(re.findall(r"ast\.([A-Z]\w+)", inspect.getsource(trees)))
    assert generated == {node.__name__ for node in node_classes()} - {"Comment"}


def test_nodes_are_frozen_slotted_and_places_do_not_count():
    assert reader_parse("Constant A 1;") == reader_parse("\n\n  Constant  A: 1")
    for node in node_classes():
        assert node.__dataclass_params__.frozen, node
        assert "__slots__" in vars(node), node
        if "span" in node.__dataclass_fields__ and node is not ast.Comment:
            assert not node.__dataclass_fields__["span"].compare, node


@pytest.mark.parametrize("example", MESSAGES["example"], ids=lambda e: f"{e['code']}-{e['snippet']}")
def test_every_broken_snippet_gets_its_code(example):
    assert example["code"] in CODES
    with pytest.raises(ValueError, match=example["code"]):
        reader_parse(example["snippet"])


def test_the_tree_knows_no_other_part_of_the_package():
    for module in (_build, _recover, ast):
        for node in python_ast.walk(python_ast.parse(inspect.getsource(module))):
            if (
                isinstance(node, python_ast.ImportFrom)
                and node.module
                and node.module.startswith("maestro_py.")
            ):
                assert node.module.split(".")[1] in {"syntax", "errors", "_resources"}


def test_the_reader_is_kept_per_thread():
    assert reader() is reader()
