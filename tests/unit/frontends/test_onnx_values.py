"""Values that shapes are computed with, against the library's reference evaluator."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.helper import make_node  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

from maestro_py.frontends._graph import Node, Tensor  # noqa: E402
from maestro_py.frontends._onnx_values import _EVALUATE, MOST_ELEMENTS, known_values  # noqa: E402
from tests.unit.frontends.onnx_models import imported, macs, model  # noqa: E402

A, B, C = np.array([7, 2, 9]), np.array([2, 3, 4]), np.array([1.5, 2.5, -3.7])
T = np.array([True, False, True])
GRID = np.arange(12).reshape(3, 4)


def array(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


CASES = [
    *((name, [A, B], {}) for name in ("Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "Pow")),
    *((name, [A, B], {}) for name in ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")),
    *((name, [T, ~T], {}) for name in ("And", "Or")),
    *((name, [C], {}) for name in ("Abs", "Neg", "Floor", "Ceil", "Round", "Identity")),
    ("Sqrt", [np.array([4.0, 9.0])], {}),
    ("Not", [T], {}),
    ("Div", [C, np.array([2.0])], {}),
    ("Where", [T, A, B], {}),
    ("Cast", [C], {"to": TensorProto.INT64}),
    ("Cast", [A], {"to": TensorProto.BOOL}),
    ("Cast", [A], {"to": TensorProto.DOUBLE}),
    ("Concat", [A, B], {"axis": 0}),
    ("Concat", [GRID, GRID], {"axis": -1}),
    ("Gather", [A, np.array(1)], {}),
    ("Gather", [GRID, array(0, 2)], {"axis": 1}),
    ("Slice", [A, array(1), array(100)], {}),
    ("Slice", [GRID, array(0, -1), array(3, -9), array(0, 1), array(2, -2)], {}),
    ("Squeeze", [GRID.reshape(3, 1, 4), array(1)], {}),
    ("Squeeze", [np.array([[5]])], {}),
    ("Unsqueeze", [A, array(0, 2)], {}),
    ("Reshape", [GRID, array(0, 2, -1)], {}),
    ("Expand", [A, array(2, 3)], {}),
    ("ConstantOfShape", [array(2, 3)], {}),
    ("ConstantOfShape", [array(3)], {"value": numpy_helper.from_array(array(7))}),
    ("Range", [np.array(2), np.array(11), np.array(3)], {}),
    ("ReduceProd", [B], {}),
    ("ReduceProd", [B], {"keepdims": 0}),
    ("Shape", [GRID], {}),
    ("Shape", [np.zeros((2, 3, 5))], {"start": 1}),
    ("Shape", [np.zeros((2, 3, 5))], {"start": -2, "end": -1}),
    ("Size", [GRID], {}),
]


def evaluated(operator: str, inputs: list[np.ndarray], attributes: dict[str, object]) -> np.ndarray | None:
    tensors = tuple(Tensor(f"x{i}", value.shape) for i, value in enumerate(inputs))
    plain = {
        name: tuple(numpy_helper.to_array(value).tolist()) if isinstance(value, TensorProto) else value
        for name, value in attributes.items()
    }
    node = Node("n", operator, "", tensors, (Tensor("y"),), plain)
    return known_values([node], {f"x{i}": value for i, value in enumerate(inputs)}).get("y")


@pytest.mark.parametrize(("operator", "inputs", "attributes"), CASES)
def test_value_is_that_of_the_library(operator, inputs, attributes):
    names = [f"x{i}" for i in range(len(inputs))]
    graph = helper.make_graph(
        [make_node(operator, names, ["y"], **attributes)],
        "g",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
            for name, value in zip(names, inputs, strict=True)
        ],
        [helper.make_tensor_value_info("y", TensorProto.INT64, None)],
    )
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    (expected,) = ReferenceEvaluator(built).run(None, dict(zip(names, inputs, strict=True)))
    found = evaluated(operator, inputs, attributes)
    assert found is not None
    assert np.shape(found) == np.shape(expected)
    assert np.array_equal(found, expected)


def test_every_operator_has_a_case():
    assert {operator for operator, _, _ in CASES} == set(_EVALUATE)


def test_axes_were_attributes_before_opset_13():
    assert np.array_equal(evaluated("Unsqueeze", [A], {"axes": (0,)}), A[None])
    assert np.array_equal(evaluated("Squeeze", [A[None]], {"axes": (0,)}), A)


@pytest.mark.parametrize(
    ("operator", "inputs", "attributes"),
    [
        ("Gather", [A, np.array(9)], {}),
        ("Range", [np.array(0), np.array(10), np.array(0)], {}),
        ("Range", [np.array(0), np.array(10**12), np.array(1)], {}),
        ("ConstantOfShape", [array(10**6, 10**6)], {}),
        ("Expand", [A, array(10**9, 3)], {}),
        ("Reshape", [A, array(5, 5)], {}),
        ("Add", [A, np.zeros(7)], {}),
        ("Add", [A, B, np.zeros(3)], {}),
        ("ReduceProd", [GRID], {}),
        ("Concat", [np.zeros(MOST_ELEMENTS), A], {"axis": 0}),
        ("Relu", [A], {}),
    ],
)
def test_what_is_broken_or_large_stays_unknown(operator, inputs, attributes):
    assert evaluated(operator, inputs, attributes) is None


def test_a_model_whose_head_width_is_divided(tmp_path):
    """Two layers of attention; the library does not follow the division."""
    integers = {"zero": 0, "one": 1, "two": 2, "twelve": 12}
    constants = [helper.make_tensor(name, TensorProto.INT64, (), [value]) for name, value in integers.items()]
    constants.append(helper.make_tensor("axis", TensorProto.INT64, (1,), [0]))
    nodes = []
    data = "x"
    for layer in "ab":

        def step(operator: str, inputs: str, output: str, layer: str = layer, **attributes: object) -> str:
            nodes.append(make_node(operator, inputs.split(), [output + layer], **attributes))
            return output + layer

        q = step("MatMul", f"{data} w", "q")
        shape = step("Shape", q, "shape")
        batch = step("Gather", f"{shape} zero", "batch")
        length = step("Gather", f"{shape} one", "length")
        width = step("Div", f"{step('Gather', f'{shape} two', 'width')} twelve", "head")
        parts = [step("Unsqueeze", f"{p} axis", f"p{p}") for p in (batch, length, "twelve", width)]
        heads = step("Reshape", f"{q} {step('Concat', ' '.join(parts), 'wanted', axis=0)}", "heads")
        rows = step("Transpose", heads, "rows", perm=[0, 2, 1, 3])
        columns = step("Transpose", heads, "columns", perm=[0, 2, 3, 1])
        context = step("MatMul", f"{step('MatMul', f'{rows} {columns}', 'qk')} {rows}", "av")
        back = step("Transpose", context, "back", perm=[0, 2, 1, 3])
        whole = step("Unsqueeze", f"{step('Mul', f'{width} twelve', 'whole')} axis", "last")
        data = step(
            "Reshape", f"{back} {step('Concat', f'{parts[0]} {parts[1]} {whole}', 'flat', axis=0)}", "y"
        )
    built = model(nodes, {"x": ("batch", "length", 768)}, {"w": (768, 768)}, initializers=constants)
    found = imported(built, tmp_path, batch=2, length=128)
    per_layer = [2 * 128 * 768 * 768, 2 * 128 * 128 * 768, 2 * 128 * 128 * 768]
    assert [macs(layer) for layer in found.network.layers] == per_layer * 2
    assert found.not_costed["Div"] == 2
