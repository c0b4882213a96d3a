"""Runs the processes of `make run` until told to stop: starts them, starts a fallen one again, stops all in time."""

import signal
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType

from deploy.running.children import Child, Recipe, say

LOOK_SECONDS = 0.2
STOP_SECONDS = 6.0  # then by force; with the databases' own stop the whole stays under ten seconds
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STEADY_SECONDS = 30.0  # a process that lived this long has started well
MOST_FALLS = 5  # in a row, before steady: then a person must look


class KeepsFalling(Exception):
    """A server of the house ends again and again right after its start."""


class Supervisor:
    """Holds the processes of one run."""

    def __init__(self, recipes: Iterable[Recipe], *, stop_seconds: float = STOP_SECONDS) -> None:
        self._recipes = list(recipes)
        self._stop_seconds = stop_seconds
        self._children: dict[str, Child] = {}
        self._falls: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._stop = threading.Event()

    def run(self, *, when_started: Callable[[threading.Event], None], tend: Callable[[], None]) -> None:
        """Start everything and look after it, and `tend` to what is below, until a signal asks to stop.

        Raises: KeepsFalling.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            for recipe in self._recipes:
                self._start(recipe)
            threading.Thread(target=when_started, args=(self._stop,), daemon=True).start()
            while not self._stop.wait(LOOK_SECONDS):
                tend()
                self._look_after()
        finally:
            self._stop.set()
            self._stop_all()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            for child in self._children.values():
                child.kill_group()
        self._stop.set()

    def _start(self, recipe: Recipe) -> None:
        self._children[recipe.name] = Child(recipe)

    def _look_after(self) -> None:
        for name, child in list(self._children.items()):
            if child.exit_code is None:
                continue
            if child.exit_code == 0 and not child.recipe.is_server:
                say(name, "done")
                del self._children[name]
                continue
            self._raise_up(child)

    def _raise_up(self, child: Child) -> None:
        name = child.recipe.name
        if name not in self._not_before:
            self._not_before[name] = time.monotonic() + self._pause_after_fall(child)
        if time.monotonic() >= self._not_before[name]:
            del self._not_before[name]
            child.kill_group()
            self._start(child.recipe)

    def _pause_after_fall(self, child: Child) -> float:
        name = child.recipe.name
        was_steady = time.monotonic() - child.started_at > STEADY_SECONDS
        falls = self._falls[name] = 1 if was_steady else self._falls.get(name, 0) + 1
        if falls > MOST_FALLS:
            message = (
                f"{name} ended {falls} times in a row (last exit code {child.exit_code}); its lines above say why."
            )
            raise KeepsFalling(message)
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (falls - 1), LONGEST_PAUSE_SECONDS)
        say(name, f"ended with exit code {child.exit_code}; starting again in {pause:.0f} s")
        return float(pause)

    def _stop_all(self) -> None:
        say("house", "stopping")
        for child in self._children.values():
            child.ask_to_stop()
        deadline = time.monotonic() + self._stop_seconds
        while time.monotonic() < deadline and any(child.exit_code is None for child in self._children.values()):
            time.sleep(0.05)
        for child in self._children.values():
            child.kill_group()
