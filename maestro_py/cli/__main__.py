"""``python -m maestro_py.cli`` is ``maestro-py``.

Non-goals: nothing else.
"""

from maestro_py.cli import main

main(prog_name="maestro-py")
