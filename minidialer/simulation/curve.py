"""Curves: utilisation against abandons, for each kind of policy over the parameter it has, as an SVG picture."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from minidialer.i18n import _, decimal

from .policy import policy_of
from .result import Result
from .scenario import Scenario
from .simulation import simulate

POWER = (0, 20, 40, 60, 80, 100, 130, 160, 200)  # percent of overdial
TARGETS = (0.5, 1.0, 2.0, 3.0, 5.0)  # percent of abandons
LEVELS = (1.1, 1.25, 1.5, 2.0, 3.0)  # VICIdial's highest
COLOURS = ("#0b6e4f", "#1f5fbf", "#b3261e", "#8a5a00", "#6b3fa0", "#444444")
WIDTH, HEIGHT, LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 760, 480, 70, 40, 480, 370
FONT = 'font-family="sans-serif" font-size="12"'
MOST = 10.0  # percent of abandons at the right edge; what is beyond is left out


@dataclass(frozen=True, slots=True)
class Point:
    """One run: its setting in words, abandons and utilisation in percent."""

    label: str
    abandons: float
    utilisation: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A kind of policy."""

    name: str
    points: tuple[Point, ...]


def families(scenario: Scenario) -> list[Curve]:
    """Every kind of policy in this scenario, each over its parameter."""
    return [
        Curve("predictive", tuple(_point(_target(target), scenario, "predictive", target) for target in TARGETS)),
        Curve("power", tuple(_point(f"+{percent} %", scenario, f"power:{percent}") for percent in POWER)),
        *(
            Curve(
                f"vicidial {mode}",
                tuple(_point(_highest(level), scenario, f"vicidial:{mode}:{level}") for level in LEVELS),
            )
            for mode in ("HARD_LIMIT", "AVERAGE")
        ),
        Curve("webitel", tuple(_point(_target(target), scenario, "webitel", target) for target in TARGETS)),
        Curve("issabel", (_point("", scenario, "issabel"),)),
    ]


def _target(percent: float) -> str:
    return _("target {percent} %").format(percent=decimal(percent, "g"))


def _highest(level: float) -> str:
    return _("max {level}").format(level=decimal(level, "g"))


def _point(label: str, scenario: Scenario, policy: str, target: float | None = None) -> Point:
    found: Result = simulate(replace(scenario, target=target or scenario.target), policy_of(policy))
    return Point(label, 100 * found.abandon_rate, 100 * found.utilisation)


def draw(curves: list[Curve], scenario: Scenario) -> str:
    """The picture, with its figures as titles of the points."""
    title = _("{agents} agents, answer rate {rate}, talk {talk} s, wrap-up {wrap} s").format(
        agents=scenario.agents,
        rate=decimal(scenario.answer_rate, "g"),
        talk=decimal(scenario.talk, "g"),
        wrap=decimal(scenario.wrap, "g"),
    ) + (", " + _("drifting") if scenario.drift else "")
    shown = [point for curve in curves for point in curve.points if point.abandons <= MOST]
    lowest = min((10 * int(point.utilisation // 10) for point in shown), default=0)
    scale = _Scale(float(lowest))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{escape(title)}</text>',
        *scale.axes(scenario.target),
    ]
    for place, curve in enumerate(curves):
        lines += _drawn(curve, scale, COLOURS[place % len(COLOURS)], place)
    return "\n".join([*lines, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class _Scale:
    """Percent to picture; utilisation begins at `lowest`."""

    lowest: float

    def x(self, abandons: float) -> float:
        return LEFT + PLOT_WIDTH * abandons / MOST

    def y(self, utilisation: float) -> float:
        return TOP + PLOT_HEIGHT * (100 - utilisation) / (100 - self.lowest)

    def axes(self, target: float) -> Iterator[str]:
        right, bottom = LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT
        for percent in range(int(self.lowest), 101, 10):
            y = self.y(percent)
            yield f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'
        for percent in range(int(MOST) + 1):
            yield f'<text x="{self.x(percent):.1f}" y="{bottom + 18}" text-anchor="middle">{percent} %</text>'
        yield f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#333"/>'
        yield f'<path d="M{self.x(target):.1f} {TOP}V{bottom}" stroke="#b3261e" stroke-dasharray="4 3"/>'
        middle, across, up = (LEFT + right) / 2, _("abandoned, of those answered"), _("utilisation")
        yield f'<text x="{middle}" y="{bottom + 42}" text-anchor="middle">{escape(across)}</text>'
        yield (
            f'<text x="16" y="{(TOP + bottom) / 2}" text-anchor="middle" '
            f'transform="rotate(-90 16 {(TOP + bottom) / 2})">{escape(up)}</text>'
        )


def _drawn(curve: Curve, scale: _Scale, colour: str, place: int) -> Iterator[str]:
    points = [point for point in curve.points if point.abandons <= MOST]  # in the order of the parameter
    at = [(scale.x(point.abandons), scale.y(point.utilisation)) for point in points]
    if len(at) > 1:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    for point, (x, y) in zip(points, at, strict=True):
        figures = _("{name}: {used} used, {abandoned} abandoned").format(
            name=f"{curve.name} {point.label}",
            used=decimal(point.utilisation, ".1f") + " %",
            abandoned=decimal(point.abandons, ".2f") + " %",
        )
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{escape(figures)}</title></circle>'
    y = TOP + 14 + 20 * place
    name = curve.name if points else _("{name} (over {most} %)").format(name=curve.name, most=decimal(MOST, "g"))
    yield f'<circle cx="{LEFT + PLOT_WIDTH + 24}" cy="{y - 4}" r="4" fill="{colour}"/>'
    yield f'<text x="{LEFT + PLOT_WIDTH + 34}" y="{y}">{escape(name)}</text>'
