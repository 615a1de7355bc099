"""The small networks of ShiDianNao's benchmarks, whose layers connect only some maps.

Published are sizes and the number of 2-D kernels (synapses) of each layer. A layer whose output maps see
some of the input maps is written as grouped convolutions: one for each number of maps seen, in it a group for
each set of maps.

Non-goals: NEO, the tenth network, whose shapes are not published.
"""

from __future__ import annotations

from models.describe import network
from models.describe.layers import Net, Shape

SHIDIANNAO = "Z. Du et al., ShiDianNao: shifting vision processing closer to the sensor, ISCA 2015, Table 1"
NOT_COSTED = "Batch 1. Activations, biases and normalisation are not costed."
OF = (
    "The number behind _of is that of input maps that an output map sees. Every set of them is a group, so "
    "that the layer's input counts a map once per set."
)
KERNELS = "The table tells how many kernels, not which maps they connect"
PAIRS = (
    "8 maps of C3 see one map of S2 (two per map), 6 see a pair of its 4 maps, as in the face finder of "
    "Garcia and Delakis."
)
BY = (
    "synapses, too few for all its inputs: here each neuron sees one element of every map. The number behind "
    "_by is that of neurons per place."
)


def partly_connected(net: Net, name: str, kernel: int, maps_seen: dict[int, int]) -> Shape:
    """Add the convolutions of a layer, given how many output maps see so many (the keys) input maps."""
    read = net.shape
    wrote = []
    for seen, maps in maps_seen.items():
        groups = maps if seen < read.channels else 1
        inputs = Shape(groups * seen, read.rows, read.columns)
        wrote.append(net.conv(f"{name}_of{seen}", maps, kernel, groups=groups, of=inputs))
    return net.concatenate(*wrote)


def one_element_per_map(net: Net, name: str, outputs: int) -> Shape:
    """Add a layer whose neurons see one element of every map, shared out evenly."""
    read = net.shape
    places = read.rows * read.columns
    least, more = divmod(outputs, places)
    for neurons, groups in ((least + 1, more), (least, places - more)):
        if groups:
            inputs = Shape(groups * read.channels)
            net.conv(f"{name}_by{neurons}", groups * neurons, 1, groups=groups, of=inputs)
    net.shape = Shape(outputs)
    return net.shape


@network(
    name="shidiannao_cff",
    title="CFF, face finder, grey input of 36 rows and 32 columns",
    source=f"{SHIDIANNAO}; C. Garcia, M. Delakis, Convolutional face finder, IEEE TPAMI 26(11), 2004",
    note=f"{NOT_COSTED} {PAIRS} {OF} Each neuron of F5 sees one map of S4.",
    rows=36,
    columns=32,
)
@network(
    name="shidiannao_gabor",
    title="Gabor, face detector, 20 x 20 grey input",
    source=f"{SHIDIANNAO}; B. Kwolek, Face detection using convolutional neural networks and Gabor filters, "
    "ICANN 2005",
    note=f"{NOT_COSTED} {KERNELS}. {PAIRS} {OF} Each neuron of F5 sees one map of S4.",
    rows=20,
    columns=20,
)
def face_finder(net: Net, *, rows: int, columns: int) -> None:
    """Four maps, then two maps from each and one from each pair, then a neuron per map."""
    net.image(1, rows, columns)
    net.conv("C1", 4, 5)
    four = net.pool("S2", 2, 2)
    each = net.depthwise("C3_of1", 3, filters=2)
    pairs = net.conv("C3_of2", 6, 3, groups=6, of=Shape(12, four.rows, four.columns))
    net.concatenate(each, pairs)
    last = net.pool("S4", 2, 2)
    net.depthwise("F5", (last.rows, last.columns))
    net.fc("F6", 1)


@network(
    name="shidiannao_convnn",
    title="ConvNN, text detector, colour input of 64 rows and 36 columns",
    source=f"{SHIDIANNAO}; M. Delakis and C. Garcia, Text detection with convolutional neural networks, "
    "VISAPP 2008",
    note=f"{NOT_COSTED} {KERNELS}. C1 makes 4 maps of each colour; C3 does in each colour what the face "
    f"finder of Garcia and Delakis does, and adds the colours up. {OF} Each neuron of F5 sees one map of S4.",
)
def convnn(net: Net) -> None:
    """The face finder with three colours."""
    net.image(3, 64, 36)
    net.depthwise("C1", 5, filters=4)
    twelve = net.pool("S2", 2, 2)
    each = net.conv("C3_of3", 8, 3, groups=4)
    pairs = net.conv("C3_of6", 6, 3, groups=6, of=Shape(36, twelve.rows, twelve.columns))
    net.concatenate(each, pairs)
    last = net.pool("S4", 2, 2)
    net.depthwise("F5", (last.rows, last.columns))
    net.fc("F6", 1)


@network(
    name="shidiannao_lenet5",
    title="LeNet-5 as published, 32 x 32 grey input",
    source=f"{SHIDIANNAO}; Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. "
    "IEEE 86(11), 1998, Table I",
    note=f"{NOT_COSTED} In C3, 6 maps see 3 maps of S2, 9 see 4, one sees all 6. {OF}",
)
def lenet5(net: Net) -> None:
    """Two convolutions, the second partly connected, and three layers of neurons."""
    net.image(1, 32, 32)
    net.conv("C1", 6, 5)
    net.pool("S2", 2, 2)
    partly_connected(net, "C3", 5, {3: 6, 4: 9, 6: 1})
    net.pool("S4", 2, 2)
    net.conv("C5", 120, 5)
    net.fc("F6", 84)
    net.fc("F7", 10)


@network(
    name="shidiannao_cnp",
    title="CNP, face detector, 42 x 42 grey input",
    source=f"{SHIDIANNAO}; C. Farabet et al., CNP: an FPGA-based processor for convolutional networks, FPL "
    "2009",
    note=f"{NOT_COSTED} {KERNELS}: 61 in C3, 305 in C5. {OF}",
)
def cnp(net: Net) -> None:
    """Three convolutions, two of them partly connected, and two neurons."""
    net.image(1, 42, 42)
    net.conv("C1", 6, 7)
    net.pool("S2", 2, 2)
    partly_connected(net, "C3", 7, {3: 3, 4: 13})
    net.pool("S4", 2, 2)
    partly_connected(net, "C5", 6, {3: 15, 4: 65})
    net.fc("F6", 2)


@network(
    name="shidiannao_mpcnn",
    title="MPCNN, hand gestures, 32 x 32 grey input",
    source=f"{SHIDIANNAO}; J. Nagi et al., Max-pooling convolutional neural networks for vision-based hand "
    "gesture recognition, ICSIPA 2011",
    note=f"{NOT_COSTED} F6 has 6000 {BY}",
)
def mpcnn(net: Net) -> None:
    """Three convolutions and two layers of neurons."""
    net.image(1, 32, 32)
    net.conv("C1", 20, 5)
    net.pool("S2", 2, 2)
    net.conv("C3", 20, 5)
    net.pool("S4", 2, 2)
    net.conv("C5", 20, 3)
    one_element_per_map(net, "F6", 300)
    net.fc("F7", 6)


@network(
    name="shidiannao_facerec",
    title="Face recognition, grey input of 28 rows and 23 columns",
    source=f"{SHIDIANNAO}; S. Lawrence et al., Face recognition: a convolutional neural-network approach, "
    "IEEE TNN 8(1), 1997",
    note=f"{NOT_COSTED} {KERNELS}: 125 in C3. {OF} F5 has 1000 {BY}",
)
def facerec(net: Net) -> None:
    """Two convolutions, the second partly connected, and 40 neurons."""
    net.image(1, 28, 23)
    net.conv("C1", 20, 3)
    net.pool("S2", 2, 2, ceil=True)
    partly_connected(net, "C3", 3, {5: 25})
    net.pool("S4", 2, 2, ceil=True)
    one_element_per_map(net, "F5", 40)


@network(
    name="shidiannao_simpleconv",
    title="Simple convolution, digits, 29 x 29 grey input",
    source=f"{SHIDIANNAO}; P. Simard et al., Best practices for convolutional neural networks applied to "
    "visual document analysis, ICDAR 2003",
    note=f"{NOT_COSTED} F3 has 5000 {BY}",
)
def simpleconv(net: Net) -> None:
    """Two strided convolutions and two layers of neurons."""
    net.image(1, 29, 29)
    net.conv("C1", 5, 5, 2)
    net.conv("C2", 50, 5, 2)
    one_element_per_map(net, "F3", 100)
    net.fc("F4", 10)


@network(
    name="shidiannao_facealign",
    title="Face alignment, grey input of 46 rows and 56 columns",
    source=f"{SHIDIANNAO}; S. Duffner and C. Garcia, Robust face alignment using convolutional neural "
    "networks, VISAPP 2008",
    note=f"{NOT_COSTED} {KERNELS}: 6 in C3. {OF}",
)
def facealign(net: Net) -> None:
    """Two convolutions, the second partly connected, and two layers of neurons."""
    net.image(1, 46, 56)
    net.conv("C1", 4, 7)
    net.pool("S2", 2, 2)
    partly_connected(net, "C3", 5, {2: 3})
    net.pool("S4", 2, 2)
    net.fc("F5", 60)
    net.fc("F6", 4)
