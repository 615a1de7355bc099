"""Small networks and spaces as files, for the tests of sweeps and of their pictures."""

from pathlib import Path

HEAD = """\
network: small.m
dataflow: [kcp_ws, rs]
accelerator: nvdla
"""
FC = """\
  Layer fc {
    Type: FC;
    Dimensions { K: 10, C: 32 }
  }
"""


def conv(name: str) -> str:
    """Return a convolution, as text."""
    return f"""\
  Layer {name} {{
    Type: CONV;
    Dimensions {{ K: 8, C: 4, R: 3, S: 3, Y: 10, X: 9 }}
  }}
"""


def network(*layers: str) -> str:
    """Return the network of some layers, as text."""
    return f"Network small {{\n{''.join(layers)}}}\n"


def with_keys(space: str, **keys: str) -> str:
    """Return a space with other values of some keys, at its end."""
    lines = [line for line in space.splitlines() if line.split(":")[0] not in keys]
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in keys.items())]) + "\n"


def write(folder: Path, name: str, network: str, space: str) -> Path:
    """Write a network and a space of it; returns the path of the space."""
    (folder / "small.m").write_text(network)
    path = folder / f"{name}.yaml"
    path.write_text(space)
    return path
