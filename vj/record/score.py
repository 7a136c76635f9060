"""The score of a take: every state the stage was in and everything hands did, line by line.

Owned by the recorder process; a thread of its own, since encoding pictures takes longer than the
stage takes for a frame, and no frame's state may be missed.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from vj.core.house import House
from vj.core.take import FORMAT, SCORE, change, event_words

log = logging.getLogger(__name__)

_POLL, _FLUSH = 0.002, 0.5


class Score:
    """Writes `score.jsonl` until closed; goes on in a file a killed recorder left behind."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house, self._path = house, folder / SCORE
        self.began = self._begun()
        self.lines = 0
        self.error = ""
        self._state: Mapping[str, Any] = {}
        self._saved: deque[str] = deque()
        self._seq = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="score", daemon=True)
        self._thread.start()

    def saved(self, name: str) -> None:
        """Write down that a file of the gig is another one now; from any thread."""
        self._saved.append(name)

    def close(self) -> None:
        """Write down what has come and end."""
        self._stop.set()
        self._thread.join(2.0)

    def _begun(self) -> int:
        """When the score that is there began, perf_counter_ns; now if there is none."""
        try:
            with self._path.open(encoding="utf-8") as file:
                return int(json.loads(file.readline())["began"])
        except (OSError, ValueError, KeyError, TypeError):
            return time.perf_counter_ns()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    if file.tell() == 0:
                        file.write(json.dumps(self._head()) + "\n")
                    # A line that a killed recorder or a full disk left half done ends here.
                    file.write("\n")
                    self._write(file)
                    self.error = ""
            except OSError as error:
                self.error = f"score: {error}"[:200]
                log.warning("%s; trying again in 5 s", self.error)
                self._state = {}
                self._stop.wait(5.0)

    def _head(self) -> dict[str, object]:
        rig = self._house.gig.rig
        return {"take": FORMAT, "began": self.began, "size": rig.size, "fps": rig.fps}

    def _write(self, file: IO[str]) -> None:
        flushed_at = 0.0
        while True:
            last = self._stop.is_set()
            self._step(file)
            now = time.monotonic()
            if last or now - flushed_at >= _FLUSH:
                flushed_at = now
                file.flush()
            if last:
                return
            time.sleep(_POLL)

    def _step(self, file: IO[str]) -> None:
        events = self._house.notes.drain() if self._house.notes else []
        for event in events:
            self._line(file, event.at, "event", event_words(event))
        while self._saved:
            self._line(file, time.perf_counter_ns(), "event", {"saved": self._saved.popleft()})
        found = self._house.state.read(self._seq)
        if found is None:
            return
        self._seq, after = found
        news = change(self._state, after)
        self._state = after
        self._line(file, round(float(after.get("time", 0.0)) * 1e9), "state", news)

    def _line(self, file: IO[str], at: int, kind: str, words: Mapping[str, Any]) -> None:
        line = {"at": round((at - self.began) / 1e9, 6), kind: words}
        file.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.lines += 1
