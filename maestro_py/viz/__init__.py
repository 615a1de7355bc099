"""Pictures and a report of a sweep's folder, finished or not.

``figures`` draws to files (extra ``plot``), ``report`` writes one HTML file (extra ``report``). The same
folder gives the same bytes. docs/sweeps.md is the user's page.

Non-goals: no evaluation and no choice of designs (``maestro_py.explore``).
"""
