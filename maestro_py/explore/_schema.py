"""The shape of a space file: keys, their types, defaults and what they mean, as a pydantic model and a JSON
schema.

:func:`check_shape` turns what was asked for into a checked :class:`SpaceFile`; what the values mean is
``reading``'s.

Codes: M802 not of this shape.

Non-goals: no meaning of parameters, constraints and goals.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from maestro_py.errors import Diagnostic, SemanticError, did_you_mean
from maestro_py.explore._request import Request
from maestro_py.explore.space import HARDWARE_AXES
from maestro_py.syntax.codes import diagnostic

_SCALAR: dict[str, Any] = {"type": ["integer", "number", "string", "boolean"]}
_BITS: dict[str, Any] = {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 3}
_RANGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        key: {"type": ["integer", "number", "string"]} for key in ("from", "to", "step", "factor")
    },
    "required": ["from", "to"],
    "oneOf": [{"required": ["step"]}, {"required": ["factor"]}],
    "additionalProperties": False,
}
_VALUES: dict[str, Any] = {
    "description": "One value, a list of values, or a range: {from: 16, to: 256, step: 16} or "
    "{.., factor: 2}. "
    "Sizes may have a unit (32 KiB); 'needed' leaves a buffer as large as the layers need.",
    "anyOf": [_SCALAR, {"type": "array", "items": {"anyOf": [_SCALAR, _BITS]}, "minItems": 1}, _RANGE],
}
_GOAL: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "description": "runtime, energy, edp, power, area, utilization, ..."},
        {
            "type": "object",
            "properties": {"min": {"type": "string"}},
            "required": ["min"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"max": {"type": "string"}},
            "required": ["max"],
            "additionalProperties": False,
        },
    ]
}


def _one_or_more(items: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [items, {"type": "array", "items": items, "minItems": 1}]}


_TEXTS = _one_or_more({"type": "string"})
_SEARCH: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "method": {"type": "string"},
                "designs": {"type": "integer", "minimum": 1},
                "enumerate": {
                    "description": "Parameters that are not searched: all combinations of their values are "
                    "evaluated for each pick of the others.",
                    **_TEXTS,
                },
            },
            "required": ["method"],
        },
    ]
}


class SpaceFile(BaseModel):
    """A space of designs: what runs, what varies, what a design must meet, and what is best."""

    model_config = ConfigDict(extra="forbid", title="maestro-py sweep", strict=True)

    network: str = Field(description="Name of a shipped network, or a file (also ONNX and other tools').")
    layers: Annotated[Any, WithJsonSchema(_TEXTS)] = Field(
        default=None, description="Only these layers: names, or patterns with * and ?. Default: all."
    )
    dataflow: Annotated[Any, WithJsonSchema(_TEXTS)] = Field(
        default=None, description="One or more dataflows, names or files. Default: the layers' own."
    )
    accelerator: str | None = Field(
        default=None, description="Every hardware number that is not among the parameters. Default: eyeriss."
    )
    parameters: Annotated[
        dict[str, Any],
        WithJsonSchema(
            {
                "type": "object",
                "properties": dict.fromkeys(HARDWARE_AXES, _VALUES),
                "additionalProperties": _VALUES,
            }
        ),
    ] = Field(
        default_factory=dict,
        description="What varies: hardware numbers, and constants of the dataflow, by name.",
    )
    constraints: Annotated[Any, WithJsonSchema(_TEXTS)] = Field(
        default_factory=list, description="Conditions over columns and parameters, as area_mm2 <= 16."
    )
    must_fit: bool = Field(
        default=True,
        description="Whether tiles that need more L1 or L2 than there is make a design infeasible.",
    )
    prune: bool = Field(
        default=True,
        description="Whether designs that provably break a condition are skipped; results are the same.",
    )
    goals: Annotated[Any, WithJsonSchema(_one_or_more(_GOAL))] = Field(
        default_factory=lambda: ["runtime", "energy"],
        description="What is best: names of goals, {min: COLUMN} or {max: COLUMN}; the front is over all.",
    )
    keep: Literal["all", "feasible", "pareto", "top"] = Field(
        default="pareto", description="Which designs are written besides the best."
    )
    top: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=20, description="How many of the best designs for each goal are kept."
    )
    sample: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="About how many designs, spread evenly over the space, are kept besides, if they are "
        "feasible.",
    )
    columns: Annotated[Any, WithJsonSchema(_TEXTS)] = Field(
        default_factory=list, description="Result columns that are written. Default: all."
    )
    time: Literal["fine", "coarse"] = Field(
        default="fine",
        description="fine is exact; coarse is an upper bound, several times faster to evaluate.",
    )
    search: Annotated[Any, WithJsonSchema(_SEARCH)] = Field(
        default="exhaustive",
        description="How designs are picked: every one, or {method: tpe, designs: 2000}; with "
        "enumerate: [TILE] each pick stands for all values of TILE.",
    )
    seed: Annotated[int, Field(ge=0, lt=2**32)] = Field(
        default=0, description="Seed of searches that draw, and of the sample."
    )


_WORDS = {
    "a valid string": "a text",
    "a valid integer": "a whole number",
    "a valid boolean": "true or false",
    "a valid dictionary": "a list of 'name: values' lines",
}


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of space files, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SpaceFile.model_json_schema()}


def check_shape(request: Request) -> tuple[SpaceFile, list[Diagnostic]]:
    """Return the checked contents of a request, and what is wrong with keys that are left out of them.

    Raises
    ------
    SemanticError
        M802 for every key that is unknown or of another type, if there is no network.
    """
    problems = list(request.problems)
    try:
        return SpaceFile.model_validate(request.tree), problems
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems += [_shape_error(problem, request) for problem in found]
    wrong = {problem["loc"][0] for problem in found}
    kept = {key: value for key, value in request.tree.items() if key not in wrong}
    if "network" not in kept:
        raise SemanticError(request.in_order(problems))
    return SpaceFile.model_validate(kept), problems


def _shape_error(problem: Any, request: Request) -> Diagnostic:
    path = tuple(problem["loc"])
    kind: str = problem["type"]
    where = ".".join(str(step) for step in path)
    if kind == "missing":
        hint = request.spelling(path).missing.format(where)
        return diagnostic("M802", f"{where!r} is missing", request.begin(), hint)
    if kind == "extra_forbidden":
        hint = did_you_mean(where, SpaceFile.model_fields, "keys")
        return diagnostic("M802", f"there is no key {where!r}", request.key(path), hint)
    description = SpaceFile.model_fields[str(path[0])].description or ""
    return diagnostic("M802", f"{where}: {_reason(problem)}", request.value(path), description)


def _reason(problem: Any) -> str:
    """Return pydantic's message in the words of the house."""
    text = str(problem["msg"]).replace("Input", "it", 1)
    for theirs, ours in _WORDS.items():
        text = text.replace(theirs, ours)
    return text
