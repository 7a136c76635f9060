"""What every process is handed at birth: the gig, the options and the shared memory.

Built once by the show; picklable for spawn; a restarted process gets the very same memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vj.core.board import Board
from vj.core.gauges import AUDIO, BODY, Gauges
from vj.core.gig import Gig
from vj.core.letterbox import Letterbox
from vj.core.mailbox import Mailbox
from vj.core.motion import mailbox_size
from vj.core.ring import Ring
from vj.core.soundbox import Soundbox

PHONE_BYTES = 256 * 1024
"""The largest packed picture a phone may send."""
SKETCH = (180, 320)
"""The size (height, width) of the picture that shows the drawing chain at work."""
PROCESSES = ("capture", "layers", "infer", "stage", "desk", "record", "share", "curtain")


_A_KNOB = 128  # bytes of a knob in the state document, name and values


@dataclass(frozen=True)
class Options:
    """What the command line asked for; empty means what scene and rig say.

    `source`: a source spec that overrides every scene's; `seconds`: 0 = until closed;
    `safety`: how careful a restarted stage is (0 restore, 1 plain chain, 2 dancer without model).
    """

    scene: str = ""
    source: Mapping[str, object] = field(default_factory=dict)
    display: str = ""
    headless: bool = False
    seconds: float = 0.0
    record: str = ""
    take: str = ""
    report: str = ""
    lan: bool = False
    tls: bool = False
    safety: int = 0

    @property
    def lasting(self) -> bool:
        """Whether to go on with it after a cut: it is no take and no rehearsal of some seconds."""
        return not (self.seconds or self.take)


@dataclass(frozen=True)
class House:
    """All shared things; see the module's neighbours for what each is.

    `sketch`: a small picture of what the network is shown; `phone`: a phone's packed pictures;
    `layer`, `logo`: what the scene lays over the picture, colours multiplied by the alpha.
    `sound`: what an input gives, as it is. `crew`: who runs, see `vj.core.crew`.
    `notes`: what hands did, handed on by the stage while a take is kept.
    """

    gig: Gig
    options: Options
    camera: Mailbox
    styled: Mailbox
    screen: Mailbox
    layer: Mailbox
    logo: Mailbox
    origin: Mailbox
    motion: Mailbox
    sketch: Mailbox
    phone: Letterbox
    state: Board
    status: Mapping[str, Board]
    crew: Board
    events: Ring
    audio: Gauges
    body: Gauges
    sound: Soundbox
    notes: Ring | None = None


def build_house(gig: Gig, options: Options, output: tuple[int, int] | None = None) -> House:
    """Create the shared memory for a gig; `output` is the (height, width) of the screen picture."""
    height, width = output or gig.rig.output
    table = gig.table  # read before there are processes, so that all of them number styles alike
    return House(
        gig=gig,
        options=options,
        camera=Mailbox.create(*gig.rig.filmed),
        styled=Mailbox.create(*gig.rig.size),
        screen=Mailbox.create(height, width),
        layer=Mailbox.create(*gig.rig.size, slots=3),
        logo=Mailbox.create(height, width, slots=3),
        origin=Mailbox.create(*gig.rig.size),
        motion=Mailbox.create(*mailbox_size(gig.rig.size)),
        sketch=Mailbox.create(*SKETCH),
        phone=Letterbox.create(PHONE_BYTES),
        state=Board.create((1 << 18) + _A_KNOB * len(table.params)),
        status={name: Board.create(16384) for name in PROCESSES},
        crew=Board.create(4096),
        events=Ring.create(),
        audio=Gauges.create(AUDIO),
        body=Gauges.create(BODY),
        sound=Soundbox.create(),
        notes=Ring.create() if options.take else None,
    )
