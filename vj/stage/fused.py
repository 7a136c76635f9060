"""Effects that follow each other in one program: one pass over the picture instead of many.

The chain asks it for every frame; who is not ready is drawn pass by pass, to the same picture.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import moderngl

from vj.stage.canvas import ALL, Canvas
from vj.stage.drawing import Drawing
from vj.stage.effect import Effect
from vj.stage.fill import INPUTS, SHADERS, compile_fill, inputs_of
from vj.stage.memory import texture_of
from vj.stage.renamed import declared, handed, renamed, without_comments
from vj.stage.seen import Moment, Seen
from vj.stage.software import drawn_in_software
from vj.stage.supply import Told, bind, tell, tell_knobs
from vj.stage.variants import Key, Variants

log = logging.getLogger(__name__)

_MOST = 64  # programs kept; the starter gig has a dozen
_STANDS = 180  # frames in which nobody moved an effect
_LACKING = 16
_PICTURE = INPUTS.index("picture")
# What passes would do between them: pictures of 8 bits, and `Canvas.over`. The numbers are uniforms
# since compilers move constants through the arithmetic on both sides, and round otherwise then.
_LAY = """
vec4 fused_came;
uniform float fused_most = 255.0, fused_step = 1.0 / 255.0;
vec4 fused_rounded(vec4 c) { return roundEven(clamp(c, 0.0, 1.0) * fused_most) * fused_step; }
void fused_lay(int region) {
    vec4 after = fused_rounded(color);
    float seen = region == 1 ? max(fused_came.a, after.a) : 1.0 - fused_came.a;
    fused_came = region == 0 ? after : fused_rounded(mix(fused_came, after, seen));
}
"""

Way = tuple[Variants, Key, int]
"""What of an effect is compiled in: itself, by its programs; its constants; its region."""

Run = tuple[Way, ...]


@dataclass(frozen=True)
class Program:
    """A run of effects compiled. `reads`, `mipmaps`, `filtered`: units of the inputs."""

    program: moderngl.Program
    triangle: moderngl.VertexArray
    told: Told
    reads: Sequence[int]
    mipmaps: frozenset[int]
    filtered: frozenset[int]

    def draw(
        self,
        canvas: Canvas,
        picture: moderngl.Texture,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> moderngl.Texture:
        """Draw over `picture` and return the result.

        Raises: RuntimeError when the driver complains.
        """
        target = canvas.free(picture)
        target.use()
        second, logo = seen.layer or canvas.nothing, seen.logo or canvas.nothing
        sources = (picture, seen.dry, seen.styled, picture, picture, second, logo)
        bind(canvas, target, sources, self.reads, self.mipmaps, self.filtered)
        tell(self.program, canvas, seen, moment)
        tell_knobs(self.program, self.told, values)
        self.triangle.render(moderngl.TRIANGLES, 3)
        error = canvas.context.error
        if error != "GL_NO_ERROR":
            raise RuntimeError(error)
        return texture_of(target)

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        self.triangle.release()
        self.program.release()


@dataclass(frozen=True, slots=True)
class Lack:
    """Effects without a program of theirs, and the numbers of the frames that lacked it."""

    names: Sequence[str]
    values: Mapping[str, float]
    since: int
    last: int


class Fused:
    """The programs of runs of effects; what was not drawn for longest goes for another."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._made: dict[Run, Program | None] = {}
        self._lacking: dict[Run, Lack] = {}
        # A software renderer takes a third of a second for a long run: it would be seen.
        self.live = not drawn_in_software(canvas.context)
        self._header = (SHADERS / "header.frag").read_text(encoding="utf-8")
        self._shared = declared(without_comments(self._header))

    @property
    def full(self) -> bool:
        """Whether another program would cost one that is kept."""
        return len(self._made) >= _MOST

    def ready(
        self, drawings: Sequence[object], values: Mapping[str, float], frame: int
    ) -> tuple[Program, int] | None:
        """Return a program for the first of these, and for how many; None where there is none.

        `frame`: its number; a run that lacks its program frame by frame is going to get it.
        """
        if not (self._made or self.live):
            return None
        reach = reaches(drawings)
        if reach < 2:
            return None
        run = run_of(drawings[:reach], values)
        if self.live and run not in self._made:
            names = [one.effect.name for one in drawings[:reach] if isinstance(one, Drawing)]
            self._lack(run, names, values, frame)
        for count in range(reach, 1, -1):
            made = self._made.get(run[:count])
            if made is not None:
                self._made[run[:count]] = self._made.pop(run[:count])  # the newest is the last
                return made, count
        return None

    def find(self, drawings: Sequence[object], values: Mapping[str, float]) -> Program | None:
        """Return the program for all of these, if there is one."""
        return self._made.get(run_of(drawings, values))

    def standing(self, frame: int) -> tuple[Sequence[str], Mapping[str, float]] | None:
        """Effects that were drawn one by one for so long that a program pays, and their values."""
        for lack in self._lacking.values():
            if lack.last >= frame - 1 and lack.last - lack.since >= _STANDS:
                return lack.names, lack.values
        return None

    def _lack(self, run: Run, names: Sequence[str], values: Mapping[str, float], now: int) -> None:
        if len(self._lacking) > _LACKING:
            self._lacking.clear()
        lack = self._lacking.get(run)
        since = lack.since if lack and lack.last >= now - 1 else now
        self._lacking[run] = Lack(names, values, since, now)

    def make(
        self, drawings: Sequence[object], values: Mapping[str, float], hung: bool = False
    ) -> None:
        """Compile a run; one that does not compile, or `hung` a driver, is not tried again."""
        run = run_of(drawings, values)
        self._lacking.pop(run, None)
        if run in self._made:
            return
        if self.full:
            self._drop(next(iter(self._made)))
        if hung:
            self._made[run] = None
            return
        effects = [one.effect for one in drawings if isinstance(one, Drawing)]
        try:
            self._made[run] = self._compiled(effects, run)
        except Exception as error:  # whatever is in the files, each of them plays alone
            self._made[run] = None
            names = ", ".join(effect.name for effect in effects)
            log.info("effects %s are drawn one by one: %s", names, error)

    def give_up(self, program: Program) -> None:
        """Draw what a program failed in one by one from now on."""
        for run, made in self._made.items():
            if made is program:
                self._made[run] = None
        program.release()

    def forget(self, effect: Effect) -> None:
        """Free all that an effect is in: it was loaded anew."""
        for run in list(self._made):
            if any(way[0] is effect.variants for way in run):
                self._drop(run)

    def _drop(self, run: Run) -> None:
        made = self._made.pop(run)
        if made is not None:
            made.release()

    def _compiled(self, effects: Sequence[Effect], run: Run) -> Program:
        context = self._canvas.context
        program = compile_fill(context, self._source(effects, run))
        filtered = {
            unit
            for first, effect in enumerate(effects)
            for unit in effect.filtered
            if not (first and unit == _PICTURE)
        }
        return Program(
            program=program,
            triangle=context.vertex_array(program, []),
            told=[
                (name, f"fused{number}_{short}", default, whole)
                for number, effect in enumerate(effects)
                for name, short, default, whole in effect.told
            ],
            reads=inputs_of(program),
            mipmaps=frozenset(unit for effect in effects for unit in effect.mipmaps),
            filtered=frozenset(filtered),
        )

    def _source(self, effects: Sequence[Effect], run: Run) -> str:
        texts = [self._header, _LAY]
        lines = ["fused_came = here(picture);"]
        for number, (effect, (variants, key, region)) in enumerate(zip(effects, run, strict=True)):
            code = without_comments(f"{effect.helpers}\n{variants.text(key)}")
            if effect.pointwise:
                code = handed(code, "fused_came")
            texts.append(renamed(code, f"fused{number}_", self._shared))
            lines += [f"fused{number}_main();", f"fused_lay({region});"]
        lines.append("color = fused_came;")
        if run[-1][2] == ALL:
            del lines[-2:]  # the target rounds by itself
        return "\n".join((*texts, "void main() {", *lines, "}\n"))


def reaches(drawings: Sequence[object]) -> int:
    """How many of these, from the first, one program could draw; all that is no drawing ends it."""
    count = 0
    for one in drawings:
        effect = one.effect if isinstance(one, Drawing) else None
        if effect is None or not (effect.pointwise if count else effect.leads):
            break
        count += 1
    return count


def runs(drawings: Sequence[object]) -> Iterator[tuple[int, int]]:
    """List what can be drawn together, two at least: where it begins, and how many they are."""
    at = 0
    while at < len(drawings):
        reach = reaches(drawings[at:])
        if reach > 1:
            yield at, reach
        at += max(reach, 1)


def run_of(drawings: Sequence[object], values: Mapping[str, float]) -> Run:
    """What would be compiled for drawings, with knobs as they stand."""
    return tuple(
        (
            one.effect.variants,
            one.effect.variants.key(values),
            int(one.effect.at(values, "region")) if one.effect.placed else ALL,
        )
        for one in drawings
        if isinstance(one, Drawing)
    )
