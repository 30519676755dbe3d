"""Time that a tester can stop."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field


@dataclass(eq=False)
class Sleeper:
    due: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Clock:
    """Runs like the machine's clock until it is frozen. From then on time passes only by advance()."""

    def __init__(self) -> None:
        self._frozen_at: int | None = None
        self._sleepers: list[Sleeper] = []

    def now(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000 if self._frozen_at is None else self._frozen_at

    async def sleep(self, ms: int) -> None:
        sleeper = Sleeper(due=self.now() + ms)
        self._sleepers.append(sleeper)
        try:
            if self._frozen_at is None:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(sleeper.woken.wait(), ms / 1000)
            if self._frozen_at is not None and self._frozen_at < sleeper.due:
                # Frozen from the start, or while the real timer was running.
                await sleeper.woken.wait()
        finally:
            self._sleepers.remove(sleeper)

    def freeze(self) -> None:
        if self._frozen_at is None:
            self._frozen_at = self.now()

    async def advance(self, ms: int) -> None:
        """Moves a frozen clock on and wakes whoever is due on the way, each at his own time."""
        if self._frozen_at is None:
            raise ValueError("freeze the clock before advancing it")
        target = self._frozen_at + ms
        while due := [sleeper for sleeper in self._sleepers if sleeper.due <= target]:
            first = min(due, key=lambda sleeper: sleeper.due)
            self._frozen_at = max(self._frozen_at, first.due)
            first.woken.set()
            # Let him do what he slept for, and perhaps go to sleep again, before the next one is chosen.
            while first in self._sleepers:
                await asyncio.sleep(0)
        self._frozen_at = target
