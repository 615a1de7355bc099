"""What the two searchers of hyperopt share: coordinates as its parameters, results as its trials.

Suggestions are asked for one by one, each with a seed of its own, and become finished trials when they are
told, so that equal seeds give equal searches. hyperopt minimises one number: the first goal.

Non-goals: no files of hyperopt (they are pickles).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maestro_py.explore.searchers._adaptive import Adaptive, loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maestro_py.explore.grid import Grid
    from maestro_py.explore.picks import Outcome
    from maestro_py.explore.space import Space

    Array = NDArray[Any]

Suggest = Callable[..., list[dict[str, Any]]]


class HyperoptSearch(Adaptive):
    """A search by one of hyperopt's algorithms."""

    def __init__(self, space: Space, grid: Grid, algorithm: Suggest) -> None:
        from hyperopt import Trials, hp
        from hyperopt.base import Domain

        super().__init__(space, grid, int(space.search.options["batch"]))
        self.algorithm = algorithm
        self.trials = Trials()
        self.random = np.random.default_rng(space.seed)
        varying = [place for place, size in enumerate(self.sizes) if size > 1] or [0]
        self.labels = {f"c{place:03d}": place for place in varying}
        parameters = {}
        for label, place in self.labels.items():
            size = self.sizes[place]
            ordered = self.ordered[place] and size > 2
            parameters[label] = hp.quniform(label, 0, size - 1, 1) if ordered else hp.randint(label, size)
        self.domain = Domain(lambda _: 0.0, parameters)

    def suggest(self, count: int) -> Array:
        """Return coordinates; all of one call are suggested from the same knowledge."""
        found = np.zeros((count, len(self.sizes)), np.int64)
        for row in found:
            seed = int(self.random.integers(2**31))
            (document,) = self.algorithm(self.trials.new_trial_ids(1), self.domain, self.trials, seed)
            for label, place in self.labels.items():
                row[place] = min(max(int(document["misc"]["vals"][label][0]), 0), self.sizes[place] - 1)
        return found

    def learn(self, coordinates: Array, outcomes: Sequence[Outcome]) -> None:
        """Insert finished trials."""
        from hyperopt import JOB_STATE_DONE

        documents = []
        for row, outcome in zip(coordinates, outcomes, strict=True):
            (number,) = self.trials.new_trial_ids(1)
            values = {label: [int(row[place])] for label, place in self.labels.items()}
            misc = {
                "tid": number,
                "cmd": self.domain.cmd,
                "workdir": None,
                "idxs": {label: [number] for label in self.labels},
                "vals": values,
            }
            (document,) = self.trials.new_trial_docs(
                [number], [None], [{"status": "ok", "loss": loss(outcome)}], [misc]
            )
            document["state"] = JOB_STATE_DONE
            documents.append(document)
        self.trials.insert_trial_docs(documents)
        self.trials.refresh()
