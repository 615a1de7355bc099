"""Every error code of the language and of analyses: the one table.

A code has a title, what it means, a hint, and an example that triggers it. The renderer, the documentation
(``docs/errors.md``, written by ``python -m maestro_py.syntax.codes``) and the tests read it here.

``M0xx`` is files, ``M1xx`` syntax, ``M2xx`` semantics (``M250`` and above: warnings), ``M3xx`` analysis
(``M350`` and above: warnings), ``M4xx`` networks of other tools (``M450`` and above: warnings), ``M5xx``
hardware, ``M8xx`` sweeps.

Non-goals: codes of other parts of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maestro_py.errors import Diagnostic, Span


@dataclass(frozen=True, slots=True)
class Code:
    """One row: what a code says and a text that triggers it.

    ``runnable`` is False where the example is a description because a text of the language cannot show it.
    """

    code: str
    title: str
    meaning: str
    hint: str
    example: str
    runnable: bool = True

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Warnings are ``M250`` to ``M299``, ``M350`` to ``M399`` and ``M450`` to ``M499``."""
        return "warning" if self.code[1] in "234" and self.code[2:] >= "50" else "error"


_ROWS = (
    Code(
        "M001",
        "file cannot be read",
        "The file that was named does not exist or cannot be read.",
        "check the name",
        "the name of a file that does not exist",
        runnable=False,
    ),
    Code(
        "M101",
        "unexpected text",
        "The text does not go on as the language asks here; the message lists what may stand at this place.",
        "write what is expected, or remove what is there",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } 17 } }",
    ),
    Code(
        "M102",
        "missing closing brace",
        "The file ends, or the next block begins, inside a block that was never closed.",
        "close every '{' with a '}'",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } }",
    ),
    Code(
        "M103",
        "misspelt keyword",
        "The word is not a keyword of this place, but one is spelt much like it.",
        "keywords are written as in the message, capital letters included",
        "Network n { Layer a { Tipe: CONV Dimensions { K: 4 } } }",
    ),
    Code(
        "M104",
        "missing name",
        (
            "Every network and every layer has a name: words of letters, digits, '_', '-' and '.', or "
            "any text in double quotes, on the line of its keyword."
        ),
        "write a name after the keyword: Layer conv1 { .. }",
        "Network { Layer a { Type: CONV Dimensions { K: 4 } } }",
    ),
    Code(
        "M105",
        "character outside the language",
        "The character has no meaning in the language.",
        "remove the character; a name that needs it goes in double quotes",
        "Network n { Layer a { Type: CONV Dimensions { K: $4 } } }",
    ),
    Code(
        "M106",
        "comment not closed",
        "A comment that begins with '/*' reaches to the end of the file.",
        "end the comment with '*/'",
        "Network n { } /* to do",
    ),
    Code(
        "M107",
        "nested too deep",
        (
            "Braces, parentheses or operators lie deeper in each other than any real description needs;"
            " the limit protects the reader of the file."
        ),
        "split the expression with constants; close braces that were left open",
        "Constant A " + "(" * 65 + "1" + ")" * 65,
    ),
    Code(
        "M108",
        "number too long",
        "A number has more digits than a 64-bit count can hold.",
        "18 digits are the most",
        "Constant A 1234567890123456789;",
    ),
    Code(
        "M109",
        "file too large",
        "The file is longer than the reader accepts; descriptions are thousands of times shorter.",
        "check that this is a text in the language",
        "a text of more than 8 MiB",
        runnable=False,
    ),
    Code(
        "M110",
        "not UTF-8 text",
        "The file holds bytes that are not UTF-8 text.",
        "save the file as UTF-8; check that it is a text at all",
        "a file of the bytes FF FE 00",
        runnable=False,
    ),
    Code(
        "M111",
        "too many errors",
        "Reading stops after many errors; the file is probably something else.",
        "correct the first errors and try again",
        "a text with more than 50 errors",
        runnable=False,
    ),
    Code(
        "M112",
        "a map needs a size, an offset and a dimension",
        (
            "All three parts of a map must be given: the size of the tile and the step to the next one,"
            " and the dimension that is cut."
        ),
        "write SpatialMap(size, offset) D; for tiles side by side both are equal",
        "Dataflow { SpatialMap(1,) K; }",
    ),
    Code(
        "M113",
        "a map needs a dimension",
        "A map says which dimension it cuts, after its parentheses.",
        "write SpatialMap(size, offset) D with D one of the layer's dimensions",
        "Dataflow { SpatialMap(1,1); TemporalMap(1,1) C; }",
    ),
    Code(
        "M114",
        "closing brace too many",
        "There is a '}' where no block is open.",
        "remove the '}', or look for one that closes its block too early",
        "Network n { } }",
    ),
    Code(
        "M115",
        "a cluster needs its kind",
        "A cluster is of processing elements (P) or of lanes inside one element (L).",
        "write Cluster(size, P) or Cluster(size, L)",
        "Dataflow { Cluster(64); }",
    ),
    Code(
        "M116",
        "meaningless escape",
        "A quoted name holds a backslash sequence that stands for nothing.",
        'only \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits have a meaning',
        'Network "a\\q" { }',
    ),
    Code(
        "M117",
        "sizes are not negative",
        "A minus sign stands where a size begins; sizes and offsets are counted forward from zero.",
        "write the amount itself, or a difference such as 8-1",
        "Dataflow { TemporalMap(-1,1) K; }",
    ),
    Code(
        "M118",
        "outside its block",
        "The keyword belongs into a block that is not open here.",
        "put it into its block, or look for a '}' that closes the block too early",
        "Layer a { Type: CONV Dimensions { K: 4 } }",
    ),
    Code(
        "M119",
        "quoted name not closed",
        "A name that begins with a double quote has none at its end on the same line.",
        "add the closing quote",
        'Network "n { }',
    ),
    Code(
        "M120",
        "two numbers where one is meant",
        "Two numbers in parentheses stand for padding in front and behind; every other size is one number.",
        "write one number; only Padding { .. } takes pairs",
        "Network n { Layer a { Type: CONV Stride { Y: (1, 2) } Dimensions { K: 4 } } }",
    ),
    Code(
        "M121",
        "padding has two numbers in parentheses",
        "Padding along an axis is one number, or two: in front (above, left) and behind (below, right).",
        "write Y: (above, below) and X: (left, right)",
        "Network n { Layer a { Type: CONV Padding { Y: (1, 2, 1) } Dimensions { K: 4 } } }",
    ),
    Code(
        "M201",
        "unknown layer type",
        (
            "The layer type is not one of those that the package knows, or a dataflow is meant for it and it "
            "becomes layers of other types."
        ),
        (
            "`Type` is one of CONV, DSCONV, NGCONV, PWCONV, TRCONV, POOL, ADD, FC, GEMM, BMM, LSTM, GRU, "
            "RNN, ATTENTION"
        ),
        "Network n { Layer a { Type: CONVV Dimensions { K: 4 } } }",
    ),
    Code(
        "M202",
        "incomplete layer",
        "A layer needs a `Type` and its `Dimensions`.",
        "add the missing statement",
        "Network n { Layer a { Type: CONV } }",
    ),
    Code(
        "M203",
        "unknown dimension",
        "The layer type has no such dimension.",
        "use a dimension of the layer type",
        "Network n { Layer a { Type: CONV Dimensions { K: 4, Z: 2 } } }",
    ),
    Code(
        "M204",
        "given twice",
        "A statement or setting that may stand once stands twice.",
        "keep one of them",
        "Network n { Layer a { Type: CONV Type: CONV Dimensions { K: 4 } } }",
    ),
    Code(
        "M205",
        "size out of range",
        (
            "Dimensions, strides, dilations and repetitions are at least 1, paddings at least 0; hardware "
            "numbers have their own least values. A recurrent layer has at most two directions (`D`), and "
            "projects its state (`P`) to fewer than `K` elements."
        ),
        "give a size in the range",
        "Network n { Layer a { Type: CONV Dimensions { K: 0 } } }",
    ),
    Code(
        "M206",
        "undefined constant",
        "A size uses a name that no `Constant` defines.",
        "define it at top level: Constant NAME value;",
        "Network n { Layer a { Type: CONV Dimensions { K: Seq } } }",
    ),
    Code(
        "M207",
        "circular constants",
        "Constants are defined by each other, so none has a value.",
        "give one of them a number",
        "Constant A B; Constant B A;",
    ),
    Code(
        "M208",
        "constant defined twice",
        "A constant has two definitions.",
        "keep one, or rename the other",
        "Constant A 1; Constant A 2;",
    ),
    Code(
        "M209",
        "dimension given twice",
        "A block gives one dimension two different sizes.",
        "keep the right one",
        "Network n { Layer a { Type: CONV Dimensions { K: 4, K: 8 } } }",
    ),
    Code(
        "M210",
        "dimension must be 1",
        "The layer type fixes this dimension at 1.",
        "leave the dimension out, or use the layer type that has it",
        "Network n { Layer a { Type: PWCONV Dimensions { K: 4, R: 3 } } }",
    ),
    Code(
        "M211",
        "no such constant to replace",
        "A value was given for a constant that the file does not define.",
        "use a name that a `Constant` of the file defines",
        "Constant A 1; (read with a value for B)",
        runnable=False,
    ),
    Code(
        "M212",
        "number too large",
        "A size is beyond what a 64-bit count can hold.",
        "check the expression",
        "Constant A 999999999999999999*999999999999999999;",
    ),
    Code(
        "M213",
        "filter larger than its input",
        "The filter does not fit into the padded input, so the layer has no output.",
        "check Y and X (without padding), R and S, Dilation and Padding",
        "Network n { Layer a { Type: CONV Dimensions { Y: 2, X: 9, R: 3, S: 3 } } }",
    ),
    Code(
        "M214",
        "layout axis is not an axis",
        "`Layout` names the innermost axis of each tensor in memory; the tensor has no such axis.",
        "W has G K C R S (M N K of a matrix product, N C Y' X' of ADD), I has G N C Y X, O has G N K C Y' X'",
        "Accelerator { NoC { Layout { W: Z, I: C, O: K } } }",
    ),
    Code(
        "M215",
        "unknown section or setting",
        "The accelerator has no section or setting of this name.",
        "sections are PE, Buffer, NoC, OffChip; `maestro-py fmt` shows their settings as they are read",
        "Accelerator { PE { NumPE: 16 } }",
    ),
    Code(
        "M216",
        "value of the wrong kind",
        "The setting takes another kind of value.",
        "give the kind of value that the message names",
        "Accelerator { NoC { Multicast: 7 } }",
    ),
    Code(
        "M217",
        "Sz outside a layer",
        "Sz(D) has a value only inside a dataflow, where a layer gives it.",
        "use a number",
        "Constant A Sz(K);",
    ),
    Code(
        "M218",
        "unknown kind of cluster",
        "A cluster is of processing elements (P) or of lanes inside one element (L).",
        "write P or L",
        "Dataflow { Cluster(4, Q); }",
    ),
    Code(
        "M219",
        "no dataflow for a layer",
        "A layer has no dataflow of its own and no template is meant for its type.",
        "give a template for the layer type, or a default",
        "a network applied to templates of which none is meant for a layer",
        runnable=False,
    ),
    Code(
        "M220",
        "Sz of a dimension that the layer lacks",
        "Sz(D) is the size of a dimension of the layer; this layer type has no such dimension.",
        "use a dimension of the layer type",
        "Network n { Layer a { Type: GEMM Dimensions { M: 4 } Dataflow { TemporalMap(Sz(R),1) M; } } }",
    ),
    Code(
        "M221",
        "division by zero",
        "A size divides by something that is zero.",
        "check the divisor",
        "Constant A 4/(2-2);",
    ),
    Code(
        "M222",
        "size or offset below 1",
        (
            "A tile holds at least one element, the next one begins at least one further, and a cluster"
            " has at least one unit."
        ),
        "sizes and offsets are at least 1",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { TemporalMap(1,0) K; } } }",
    ),
    Code(
        "M223",
        "not enough processing elements",
        "The clusters of the dataflow need more processing elements than the machine has.",
        "use smaller clusters or more PEs",
        (
            "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { SpatialMap(1,1) K; "
            "Cluster(64, P); SpatialMap(1,1) C; } } }"
        ),
    ),
    Code(
        "M224",
        "dimension mapped twice at one level",
        "One level may cut a dimension once.",
        "put a Cluster between the two maps, or keep one",
        (
            "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { TemporalMap(2,2) K; "
            "TemporalMap(1,1) K; } } }"
        ),
    ),
    Code(
        "M225",
        "input and output of one axis mapped together",
        (
            "Y and Y' (X and X') are the input and the output side of one axis; one level may cut only "
            "one of them."
        ),
        "map one of them at this level, or put a Cluster between",
        (
            "Network n { Layer a { Type: CONV Dimensions { Y: 4, X: 4 } Dataflow { TemporalMap(1,1) Y; "
            "TemporalMap(1,1) Y'; } } }"
        ),
    ),
    Code(
        "M226",
        "map of a dimension that the layer lacks",
        "A directive cuts a dimension that the layer type does not have.",
        "use a dimension of the layer type",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { SpatialMap(1,1) Z; } } }",
    ),
    Code(
        "M227",
        "units without a SpatialMap",
        "A level of the dataflow has several units, and nothing is spread over them.",
        "spread one dimension over the units with a SpatialMap",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { TemporalMap(1,1) K; } } }",
    ),
    Code(
        "M228",
        "impossible density",
        (
            "A density is the part of a tensor's elements that is not zero: above 0, at most 1, with at most "
            "six decimals. A tensor without a density is dense."
        ),
        "write a number as 0.35; leave the tensor out if it is dense",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } Density { W: 1.5 } } }",
    ),
    Code(
        "M229",
        "density of no tensor",
        "Tensors are W (weights), I (inputs) and O (outputs); some layer types have no W.",
        "name a tensor of the layer type",
        "Network n { Layer a { Type: POOL Dimensions { C: 4 } Density { W: 0.5 } } }",
    ),
    Code(
        "M230",
        "constant with many values",
        "A constant that is given many values at once can be named by the directives of templates alone.",
        "give the constant one value, or use it in the directives of a template only",
        "Constant A 1; Constant B 2*A; (read with many values for A)",
        runnable=False,
    ),
    Code(
        "M251",
        "layer name used twice",
        "Two layers of a network have one name; the later one gets a number.",
        "rename one of them",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } } Layer a { Type: CONV Dimensions { K: 4 } } }",
    ),
    Code(
        "M252",
        "dimension repeated",
        "A block gives one dimension twice, with the same size.",
        "remove one",
        "Network n { Layer a { Type: CONV Dimensions { K: 4, K: 4 } } }",
    ),
    Code(
        "M253",
        "floating point taken by its width",
        (
            "Element widths are modelled, number formats are not: a floating-point precision counts as "
            "its number of bits."
        ),
        "energy per operation is that of the technology table's integers",
        "Accelerator { PE { MultPrecision: FP16 } }",
    ),
    Code(
        "M301",
        "MACs missing",
        "The dataflow never computes some MACs of the layer, so its result would be wrong.",
        "let offsets be no larger than sizes; on input rows and columns, sizes less the filter's overlap",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { SpatialMap(1,2) K; } } }",
    ),
    Code(
        "M302",
        "MACs repeated",
        "The dataflow computes some MACs of the layer more than once, so its result would be wrong.",
        "let offsets be no smaller than sizes; on input rows and columns, sizes less the filter's overlap",
        "Network n { Layer a { Type: CONV Dimensions { K: 4 } Dataflow { SpatialMap(2,1) K; } } }",
    ),
    Code(
        "M310",
        "layout axis of another layer type",
        "A tensor of the layer has no axis of the name that the layout gives.",
        "axes are those of the layer's type",
        "evaluate a GEMM with the layout C, C, K",
        runnable=False,
    ),
    Code(
        "M311",
        "too large to prove legal",
        "Dimensions that are spread together at one level are too large to count which MACs are computed.",
        "spread them at different levels",
        "a GEMM with N of 2^29 and SpatialMap(2,1) N",
        runnable=False,
    ),
    Code(
        "M312",
        "count beyond 64 bits",
        "A count or a time of the layer does not fit the 64 bits that exact results have.",
        "use a smaller layer",
        "a GEMM whose sizes multiply to more than 2^63",
        runnable=False,
    ),
    Code(
        "M313",
        "hardware number not positive",
        "A bandwidth, a width or a number of lanes is below 1.",
        "bandwidths, widths and lanes are at least 1",
        "evaluate a machine with a NoC of 0 bytes per cycle",
        runnable=False,
    ),
    Code(
        "M314",
        "impossible hardware number",
        "What is overridden is no number of the machine, or the value is out of its range.",
        "hardware numbers are the fields of Accelerator",
        "analyze with num_pes overridden by 0",
        runnable=False,
    ),
    Code(
        "M315",
        "impossible layout",
        "A layout names the innermost axis of weights, inputs and outputs in memory.",
        "give three axes, as C, C, K, or auto",
        "analyze with the layout (Z, C, K)",
        runnable=False,
    ),
    Code(
        "M316",
        "file lacks what it was named for",
        "An analysis needs one network, one machine, or at least one dataflow template from a file.",
        "name another file",
        "analyze a file that holds only an Accelerator block",
        runnable=False,
    ),
    Code(
        "M317",
        "best dataflow cannot be chosen",
        (
            "A choice per layer needs dataflows to choose from, each once, and a goal. It stands alone; for "
            "energy it needs buffer sizes, and it cannot be made while a layout is searched."
        ),
        "write best:kcp_ws,rs, or best: for every shipped dataflow",
        "analyze with --dataflow best:kcp_ws,kcp_ws",
        runnable=False,
    ),
    Code(
        "M318",
        "no dataflow of several suits a layer",
        "A choice per layer needs at least one dataflow that is legal for the layer and for the machine.",
        "give one more dataflow to choose from, or a machine with more PEs",
        "analyze a convolution with --dataflow best:dpt,nmk",
        runnable=False,
    ),
    Code(
        "M321",
        "unknown column",
        "No result column has this name.",
        "maestro-py explain lists the columns",
        "explain the column 'cycle'",
        runnable=False,
    ),
    Code(
        "M331",
        "unknown output format",
        "The suffix of an output file chooses its format, and this one is none of the known.",
        "end the name in .csv, .json, .jsonl or .parquet",
        "export to a file 'out.xls'",
        runnable=False,
    ),
    Code(
        "M332",
        "file cannot be written",
        "The folder does not exist or may not be written to; nothing was written.",
        "choose a folder that exists and may be written to",
        "export to a folder that does not exist",
        runnable=False,
    ),
    Code(
        "M333",
        "optional library missing",
        "Data frames need pandas, Parquet files pyarrow, figures matplotlib, reports jinja2 too; none of "
        "them comes with the plain package.",
        'pip install "maestro-py[data]"',
        "export to Parquet without pyarrow",
        runnable=False,
    ),
    Code(
        "M351",
        "L1 too small",
        "A layer's tiles, ping-pong, need more scratchpad than a PE has; the numbers assume that it had it.",
        "use smaller maps or a larger L1",
        "an accelerator with an L1 of one byte",
        runnable=False,
    ),
    Code(
        "M352",
        "L2 too small",
        "No cut of the loop nest fits L2; the numbers assume the smallest one that can run.",
        "use smaller maps or a larger L2",
        "an accelerator with an L2 of one byte",
        runnable=False,
    ),
    Code(
        "M353",
        "PEs idle",
        "More than half of the PEs have no work, averaged over the steps of the layer.",
        "spread a larger dimension over the PEs",
        "a layer of one output channel with a SpatialMap on K",
        runnable=False,
    ),
    Code(
        "M354",
        "bound by the NoC",
        "A direction of the NoC is busy longer than the PEs and every other channel.",
        "raise the NoC's bandwidth or reuse more in L1",
        "an accelerator with one byte per cycle on the NoC",
        runnable=False,
    ),
    Code(
        "M355",
        "bound by DRAM",
        "A direction of DRAM is busy longer than the PEs and every other channel.",
        "raise the bandwidth of DRAM or reuse more in L2",
        "an accelerator with one byte per cycle off chip",
        runnable=False,
    ),
    Code(
        "M401",
        "format not known",
        "A network in a file of another tool is read by its format, and none fits the file or has the name.",
        "maestro-py list formats",
        "import a text file that holds a letter",
        runnable=False,
    ),
    Code(
        "M402",
        "broken network file",
        "The file is not in the format that its name says, is cut off, or contradicts itself.",
        "export the network again",
        "import the first half of an ONNX model",
        runnable=False,
    ),
    Code(
        "M403",
        "symbolic dimension without a size",
        "A network leaves sizes open, such as the batch; a cost needs numbers.",
        "give each a size: --dim NAME=1",
        "import an ONNX model whose input is batch x 3 x 224 x 224",
        runnable=False,
    ),
    Code(
        "M404",
        "no such symbolic dimension",
        "A size was given for a dimension that the network does not leave open.",
        "leave it out",
        "import a model of fixed sizes with --dim batch=1",
        runnable=False,
    ),
    Code(
        "M405",
        "shape not known",
        "What an operator costs follows from the shapes of its inputs, and one of them cannot be inferred.",
        "export the model with the shapes of intermediate results",
        "import an ONNX model whose input has no shape",
        runnable=False,
    ),
    Code(
        "M406",
        "network without layers",
        "No operator of the network has MACs, so there is nothing to cost.",
        "check that this is the file that was meant",
        "import an ONNX model of one Relu",
        runnable=False,
    ),
    Code(
        "M407",
        "sizes that make no layer",
        "An operator has a size below 1 or beyond 64 bits, shapes that do not fit together, or no output.",
        "check the model, and the sizes given with --dim",
        "import a convolution whose filter is larger than its input",
        runnable=False,
    ),
    Code(
        "M408",
        "no layer type for an operator",
        "The operator has MACs, but no layer type of the language can express this form of it.",
        "take the operator out of the network",
        "import a convolution over three spatial dimensions",
        runnable=False,
    ),
    Code(
        "M409",
        "network runs in a circle",
        "Operators read each other's results in a circle, so none of them can run first.",
        "export the network again",
        "import an ONNX model in which two nodes read each other",
        runnable=False,
    ),
    Code(
        "M410",
        "library of a format missing",
        "Networks in this format are read by a library that does not come with the plain package.",
        'pip install "maestro-py[onnx]"',
        "import an ONNX model without the library onnx",
        runnable=False,
    ),
    Code(
        "M411",
        "module cannot be exported",
        "A PyTorch module is read by exporting it with its example inputs, and torch.export refused.",
        "torch.export.draft_export lists all that is in the way",
        "export a Linear of 8 inputs with an example of 5",
        runnable=False,
    ),
    Code(
        "M451",
        "operator not costed",
        "An operator is not known, or this form of it becomes no layer; totals leave out what it may cost.",
        "totals are too low by what it costs",
        "import an ONNX model with an operator of your own",
        runnable=False,
    ),
    Code(
        "M452",
        "inner graph not costed",
        "Branches and loops hold operators with MACs, and how often they run depends on data.",
        "totals are too low by what they cost",
        "import an ONNX model with a MatMul inside an If",
        runnable=False,
    ),
    Code(
        "M453",
        "part of a file not read",
        "The file says more than layers can carry, as where zeros are; costs are those of dense layers.",
        "totals are those of dense layers",
        "import a Timeloop problem with a banded density",
        runnable=False,
    ),
    Code(
        "M510",
        "hardware cannot be built",
        (
            "The layers do not share one machine, their tiles, sums or coordinates do not fit it, or a "
            "directive asks for what the hardware lacks; the message says which, and what is needed against "
            "what is there."
        ),
        "docs/rtl.md lists what hardware can be built for",
        "write hardware for a machine without a layout",
        runnable=False,
    ),
    Code(
        "M511",
        "folder cannot be written",
        "The folder holds something else, or it may not be written to; nothing was written.",
        "choose another folder",
        "write hardware into a folder that holds other files",
        runnable=False,
    ),
    Code(
        "M512",
        "data of a layer do not fit",
        "Weights or inputs are missing, or have another shape or more bits than the layer's.",
        "give whole numbers in the shape of the layer, groups and batch included",
        "write hardware with inputs of the wrong shape",
        runnable=False,
    ),
    Code(
        "M513",
        "tool missing or failed",
        "Simulation and synthesis need programs that are missing or too old here, or one of them failed.",
        "maestro-py doctor says what is there and how to install the rest",
        "test a folder that holds no hardware",
        runnable=False,
    ),
    Code(
        "M514",
        "hardware refused by Yosys",
        "Yosys cannot read the hardware, or finds a latch or a missing module in it.",
        "the tree is as emitted? if so, this is a bug of ours",
        "synthesise an accelerator from which a module was deleted",
        runnable=False,
    ),
    Code(
        "M802",
        "space file of another shape",
        "A key of a space file is missing, unknown, given twice, or its value is of another type.",
        "maestro-py sweep --schema prints every key",
        "sweep a space file with the key 'netwrok'",
        runnable=False,
    ),
    Code(
        "M803",
        "unknown parameter",
        "What is swept is a hardware number, or a constant of one of the dataflows.",
        "maestro-py hw show lists hardware numbers; a dataflow's file its constants",
        "sweep 'num_pe'",
        runnable=False,
    ),
    Code(
        "M804",
        "impossible values",
        "A parameter has no value, an impossible one, one twice, or more than can be numbered.",
        "a value, a list, or {from: 16, to: 256, step: 16} or {.., factor: 2}",
        "sweep num_pes over {from: 16, to: 8, step: 1}",
        runnable=False,
    ),
    Code(
        "M805",
        "broken expression",
        "A constraint or a goal cannot be read, or compares unlike things.",
        "an expression is as area_mm2 <= 16 and power_mw < 450",
        "sweep with the constraint 'area_mm2 < '",
        runnable=False,
    ),
    Code(
        "M806",
        "unknown name in a space",
        "No column, parameter, goal or layer has this name.",
        "maestro-py explain lists the columns",
        "sweep with the constraint 'aera_mm2 < 16'",
        runnable=False,
    ),
    Code(
        "M807",
        "impossible search",
        "There is no such way to search, or it takes another number, other options or other parameters.",
        "as search: {method: tpe, designs: 2000}",
        "sweep with the search 'tpf'",
        runnable=False,
    ),
    Code(
        "M808",
        "folder of another sweep",
        "The folder holds a sweep of another space, other inputs or another version; nothing was written.",
        "choose another folder, or remove this one",
        "sweep into a folder, change the space, sweep again",
        runnable=False,
    ),
    Code(
        "M809",
        "no sweep, or an unfinished one",
        "The folder holds no sweep, or shards are missing or damaged.",
        "run the same sweep command again; it goes on where it was",
        "merge a folder in which a shard is missing",
        runnable=False,
    ),
    Code(
        "M810",
        "no design runs",
        "Every design of the space is illegal for a layer, or impossible on its machine.",
        "see the first reason; maestro-py check tells more",
        "sweep kcp_ws with clusters of 64 on 16 PEs",
        runnable=False,
    ),
    Code(
        "M811",
        "name without a value here",
        "The column or parameter exists, but has no value in this sweep.",
        "use another column",
        "sweep with a technology without areas and the constraint 'area_mm2 < 16'",
        runnable=False,
    ),
    Code(
        "M812",
        "no cluster",
        "There is no scheduler at the address, no worker with the same version of maestro-py, or no library.",
        "pip install 'maestro-py[cluster]', on every machine",
        "sweep with --scheduler tcp://127.0.0.1:9",
        runnable=False,
    ),
    Code(
        "M813",
        "wrong description of a cluster",
        "A key of a cluster's file is missing, unknown, or its value is impossible.",
        "docs/sweeps.md has an example",
        "sweep with --cluster and a file with 'system: sge'",
        runnable=False,
    ),
    Code(
        "M821",
        "figure cannot be drawn",
        "The sweep kept too few designs or columns for the figure, or no design meets every condition.",
        "sweep again with sample: 100000, or keep: feasible, and the columns that are named",
        "draw the design space of a sweep with keep: pareto",
        runnable=False,
    ),
)

CODES: dict[str, Code] = {row.code: row for row in _ROWS}


def diagnostic(code: str, message: str, span: Span | None = None, hint: str | None = None) -> Diagnostic:
    """Return a diagnostic with the severity and, unless given, the hint of its code.

    Examples
    --------
    >>> diagnostic("M206", "no constant 'Seq'").severity
    'error'
    """
    row = CODES[code]
    return Diagnostic(code, message, span, row.hint if hint is None else hint, row.severity)


def documentation() -> str:
    """Return ``docs/errors.md``: every code with meaning, hint and example."""
    parts = [
        "# Errors and warnings",
        "Written by `python -m maestro_py.syntax.codes`; the table is `maestro_py/syntax/codes.py`.",
    ]
    for row in CODES.values():
        parts.append(f"## {row.code}\n\n**{row.severity}: {row.title}.** {row.meaning}")
        parts.append(f"Hint: {row.hint}.")
        parts.append(f"Example:\n\n```\n{row.example}\n```" if row.runnable else f"Example: {row.example}.")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(documentation(), end="")
