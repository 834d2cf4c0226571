"""Run one method part by part in a child process, under limits of time; failures are counted, not hidden."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.division.problem import Part

Method = Callable[[Part], NDArray[np.int64]]


@dataclass
class Run:
    """What a method did."""

    name: str
    labels: NDArray[np.int64]
    """Group of every atom, -1 where the method gave none."""
    cpu_s: float = 0.0
    memory_mb: float = 0.0
    """Most memory beyond what the problem itself takes."""
    done: int = 0
    parts: int = 0
    failures: dict[str, int] = field(default_factory=dict)

    def fail(self, reason: str) -> None:
        """Count one failure."""
        self.failures[reason] = self.failures.get(reason, 0) + 1


def run_method(
    name: str, method: Method, parts: list[Part], atoms: int, limit_s: float = 1e4, part_limit_s: float = 1e4
) -> Run:
    """Run a method on all parts, at most `limit_s` CPU seconds and `part_limit_s` on one; of `atoms` in all.

    Small parts come first, so that a slow tool gets through as many as it can.
    """
    run = Run(name, np.full(atoms, -1, dtype=np.int64), parts=len(parts))
    order = sorted(range(len(parts)), key=lambda number: len(parts[number].size))
    following = 0
    while order:
        if run.cpu_s >= limit_s:
            for _ in order:
                run.fail("time limit")
            break
        order, following = _run_child(run, method, parts, order, limit_s, part_limit_s, following)
    return run


def _run_child(
    run: Run, method: Method, parts: list[Part], order: list[int], limit_s: float, part_limit_s: float, following: int
) -> tuple[list[int], int]:
    """Let one child work through the parts until all are done or one takes too long; return what is left."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(there, method, parts, order), daemon=True)
    child.start()
    there.close()
    while order:
        allowed = min(part_limit_s, max(limit_s - run.cpu_s, 1.0))
        try:
            _wait(here, child.pid or 0, allowed)
            labels, cpu, memory, error = here.recv()
        except (TimeoutError, EOFError) as stop:
            run.fail("too slow" if isinstance(stop, TimeoutError) else "crash")
            run.cpu_s += allowed if isinstance(stop, TimeoutError) else 0.0
            order = order[1:]
            break
        run.cpu_s += cpu
        run.memory_mb = max(run.memory_mb, memory)
        if error:
            run.fail(error)
        else:
            _, code = np.unique(labels, return_inverse=True)
            run.labels[parts[order[0]].atoms] = following + code
            following += int(code.max()) + 1
            run.done += 1
        order = order[1:]
        if run.cpu_s >= limit_s:
            break
    child.kill()
    child.join()
    return order, following


def _wait(pipe: Connection, child: int, allowed_s: float) -> None:
    """Wait for an answer until the child has used so many CPU seconds more, whatever else the machine does."""
    until = _cpu_seconds(child) + allowed_s
    while not pipe.poll(0.5):
        if _cpu_seconds(child) > until:
            raise TimeoutError


def _cpu_seconds(process: int) -> float:
    """CPU seconds of a process so far, from the system's table; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _work(pipe: Connection, method: Method, parts: list[Part], order: list[int]) -> None:
    """Child: solve, measure, send; whatever a tool prints is dropped. A part of one group needs no tool."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.setrecursionlimit(20_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in order:
        start = time.process_time()
        labels, error = None, ""
        try:
            part = parts[number]
            labels = method(part) if part.count > 1 or len(parts) == 1 else np.zeros(len(part.size), dtype=np.int64)
        except Exception as problem:  # a tool may raise anything: that is what is counted
            error = type(problem).__name__
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        pipe.send((labels, time.process_time() - start, memory, error))
    pipe.close()
