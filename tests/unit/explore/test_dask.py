"""Dask with real scheduler and worker processes on the loopback: the same files, whatever dies."""

import json
import signal
import subprocess
import sys
import time

import pytest

from maestro_py.errors import MaestroError
from maestro_py.explore import grid
from maestro_py.explore.executors import _job_queue
from maestro_py.explore.executors import dask as executor
from maestro_py.explore.executors._job_queue import job_script, read_cluster
from maestro_py.explore.run import sweep

pytest.importorskip("distributed", reason="needs dask[distributed]")


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def begin(*arguments):
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def complaint(call, *arguments, **options):
    with pytest.raises(MaestroError) as caught:
        call(*arguments, **options)
    return caught.value.diagnostics


@pytest.fixture
def cluster(tmp_path):
    """A scheduler's address, and two workers of it that can be killed."""
    told = tmp_path / "scheduler.json"
    started = [
        begin(
            *("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
            *("--scheduler-file", str(told)),
        )
    ]
    end = time.monotonic() + 60
    while not (told.exists() and told.read_text().endswith("}")) and time.monotonic() < end:
        time.sleep(0.05)
    address = json.loads(told.read_text())["address"]
    workers = [
        begin(
            *("distributed.cli.dask_worker", address, "--no-nanny", "--no-dashboard", "--nthreads", "2"),
            *("--host", "127.0.0.1", "--local-directory", str(tmp_path / f"worker{number}")),
        )
        for number in range(2)
    ]
    started += workers
    yield address, workers, started[0]
    for process in started:
        process.kill()
        process.wait()


class Killer:
    """Kills a worker after some batches."""

    def __init__(self, victim, after):
        self.victim, self.left = victim, after

    def begin(self, designs):
        pass

    def add(self, counts, computed):
        self.left -= 1
        if self.left == 0:
            self.victim.send_signal(signal.SIGKILL)


def test_a_worker_that_is_killed_changes_nothing(space, folder, cluster, monkeypatch):
    monkeypatch.setattr(grid, "BLOCKS_WANTED", 40)
    monkeypatch.setitem(grid.FEWEST, "fine", 4)
    sweep(space, folder / "serial")
    address, workers, _ = cluster
    killer = Killer(workers[0], 3)
    sweep(space, folder / "dask", executor="dask", scheduler=address, progress=killer)
    assert killer.left < -10
    assert workers[0].wait(10) == -signal.SIGKILL
    assert files(folder / "dask") == files(folder / "serial")


def test_a_scheduler_that_is_gone_is_told_and_the_sweep_goes_on_elsewhere(
    space, folder, cluster, monkeypatch
):
    monkeypatch.setattr(grid, "BLOCKS_WANTED", 40)
    monkeypatch.setitem(grid.FEWEST, "fine", 4)
    sweep(space, folder / "serial")
    address, _, scheduler = cluster
    killer = Killer(scheduler, 3)
    (found,) = complaint(sweep, space, folder / "dask", executor="dask", scheduler=address, progress=killer)
    assert (found.code, found.message) == ("M812", "the scheduler is gone")
    done = len(list((folder / "dask" / "results").iterdir()))
    assert 3 <= done < len(list((folder / "serial" / "results").iterdir()))
    sweep(space, folder / "dask")
    assert files(folder / "dask") == files(folder / "serial")


def test_a_cluster_of_this_machine(space, folder):
    sweep(space, folder / "serial")
    sweep(space, folder / "dask", executor="dask", workers=2)
    assert files(folder / "dask") == files(folder / "serial")


def test_no_scheduler_is_told(space, folder, monkeypatch):
    monkeypatch.setattr(executor, "SECONDS_TO_CONNECT", 1)
    (found,) = complaint(sweep, space, folder / "out", executor="dask", scheduler="tcp://127.0.0.1:9")
    assert found.code == "M812"
    assert "there is no scheduler at 'tcp://127.0.0.1:9'" in found.message
    (found,) = complaint(sweep, space, folder / "out", executor="dask", scheduler="nonsense://x")
    assert found.code == "M812"


def test_another_version_on_a_worker_is_refused(monkeypatch):
    (found,) = complaint(executor._alone, "0.0.7", int)
    assert found.code == "M812"
    assert "this is 0.0.7" in found.message


def test_without_dask(space, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    (found,) = complaint(sweep, space, folder / "out", executor="dask")
    assert (found.code, found.hint) == ("M812", "pip install 'maestro-py[cluster]'")


CLUSTER = """\
system: {system}
jobs: 8
cores: 4
memory: 16 GiB
walltime: "02:00:00"
queue: normal
account: project-7
directives: ["--exclusive"]
setup: ["module load python"]
python: /opt/venv/bin/python
"""


@pytest.mark.parametrize(
    ("system", "lines"),
    [
        (
            "slurm",
            ("#SBATCH -p normal", "#SBATCH -A project-7", "#SBATCH -t 02:00:00", "#SBATCH --exclusive"),
        ),
        ("lsf", ("#BSUB -q normal", '#BSUB -P "project-7"', "#BSUB -W 02:00", "#BSUB -n 4")),
        ("pbs", ("#PBS -q normal", "#PBS -A project-7", "#PBS -l walltime=02:00:00", "ncpus=4")),
    ],
)
def test_job_scripts(tmp_path, system, lines):
    pytest.importorskip("dask_jobqueue", reason="needs dask-jobqueue")
    path = tmp_path / "cluster.yaml"
    path.write_text(CLUSTER.format(system=system))
    cluster = read_cluster(path)
    assert cluster.workers == 32
    script = job_script(cluster)
    for line in (*lines, "module load python", "/opt/venv/bin/python -m distributed.cli.dask_worker tcp://"):
        assert line in script
    assert "--nworkers 4" in script
    assert "--nthreads 1" in script


def test_an_event_loop_that_starts_too_late_is_tried_again(tmp_path, monkeypatch):
    library = pytest.importorskip("dask_jobqueue", reason="needs dask-jobqueue")
    kind, tries = library.SLURMCluster, []

    def late(**options):
        tries.append(options)
        assert len(tries) > 1
        return kind(**options)

    monkeypatch.setattr(library, "SLURMCluster", late)
    path = tmp_path / "cluster.yaml"
    path.write_text(CLUSTER.format(system="slurm"))
    assert "#SBATCH -p normal" in job_script(read_cluster(path))
    assert len(tries) == 2


def test_everything_that_is_wrong_with_a_cluster_is_told_with_its_place(tmp_path):
    path = tmp_path / "cluster.yaml"
    path.write_text("system: sge\njobs: 0\nmemory: lots\nwalltme: '1:00:00'\nsetup: a\n")
    found = {(entry.span.line, entry.span.column, entry.message) for entry in complaint(read_cluster, path)}
    assert found == {
        (1, 1, "system cannot be 'sge'"),
        (2, 1, "jobs cannot be 0"),
        (3, 1, "memory cannot be 'lots'"),
        (4, 1, "there is no key 'walltme'"),
        (5, 1, "setup cannot be 'a'"),
        (1, 1, "'walltime' is missing"),
    }
    assert {entry.code for entry in complaint(read_cluster, path)} == {"M813"}
    path.write_text("- 1\n")
    assert complaint(read_cluster, path)[0].code == "M813"
    assert complaint(read_cluster, tmp_path / "none.yaml")[0].code == "M813"


def test_a_network_that_this_machine_lacks_is_told(tmp_path):
    pytest.importorskip("dask_jobqueue", reason="needs dask-jobqueue")
    path = tmp_path / "cluster.yaml"
    path.write_text(CLUSTER.format(system="slurm") + "interface: ib77\n")
    (found,) = complaint(_job_queue.job_queue, read_cluster(path))
    assert found.code == "M812"
    assert "ib77" in found.message
