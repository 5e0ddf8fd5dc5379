"""The figures of ``bench speech`` as they are read: each beside what it is to reach, and all ways to a mouth."""

from collections.abc import Iterator
from typing import Any

from lifemask.pipeline.measure_speech_motion import BASELINES, TITLES

REACHED, MISSED = "yes", "no"
FIGURE_COLUMNS = ["", "measured", "reach", "met"]
WAY_COLUMNS = ["", "correlation", "lips", "ampl", "lag", "closed", "pauses"]
WITHIN = 0.05
"""By so much less than of the motion alone the correlation of the whole engine may be."""

PARTS = {"rendered": "rendered", "given": "given", "with_pauses": "motion", "motion_only": "no pauses"}
"""What is known of the unseen part, and how a row of it is called."""

Row = list[str]


def figure_rows(found: dict[str, Any]) -> list[Row]:
    """A row for each figure: what it is, measured, to reach, and whether it is reached."""
    rows = [*_motion_rows(found), *_engine_rows(found), *_life_rows(found), *_speed_rows(found), *_length_rows(found)]
    rows += _truth_rows(found)
    for other in found.get("others", ()):
        for kind, one in other["kinds"].items():
            rows.append([f"another's voice, {kind}: correlation", _correlation(one), "–", "–"])
            rows.append([f"another's voice, {kind}: lag, ms", _signed(one["lag_ms"]), "–", "–"])
    return rows


def way_rows(found: dict[str, Any]) -> list[Row]:
    """A row for each way to a mouth, from its sound alone, and for the whole engine."""
    rows = [_way(TITLES[name], one) for name, one in found["motion"].items()]
    if found.get("engine") is None:
        return rows
    rows.append(["unseen part:", *[""] * (len(WAY_COLUMNS) - 1)])
    for kind, entry in found["engine"]["kinds"].items():
        for name, title in PARTS.items():
            if name in entry:
                rows.append(_way(f"{kind}, {title}", entry[name]))
    return rows


def notes(found: dict[str, Any]) -> list[str]:
    """What the columns are."""
    clip = found["clip"]
    own, of_unseen = found["motion"]["ahead"]["pause_speed"]["true"], ""
    if found.get("engine") is not None:
        unseen = found["engine"]["kinds"]["ahead"]["rendered"]["pause_speed"]["true"]
        of_unseen = f", {_number(unseen)} in the unseen part"
    lag = "unknown" if clip["lag_s"] is None else f"{1000 * clip['lag_s']:+.0f} ms"
    lines = [
        f"{clip['known']} rows of {clip['video']} ({clip['seconds']:.1f} s; its sound's lag of {lag} is taken out); "
        f"lips are truly closed in {_share(clip['closed_share'])}, pauses last {clip['pauses_s']:.1f} s in all.",
        "Correlation of the lips' opening, with the 90 % interval of a bootstrap over blocks of 2 s. Lips: mean error "
        "of 40 points in % of the distance between the eyes. Ampl: spread of the opening, 1 is the true one. Lag in "
        "ms: + is a mouth that is late. Closed, in %: how many of the truly closed rows are found, and how many of "
        "those found are closed. Pauses: speed of the lip points in them, % of the distance between the eyes a second; "
        f"the true one, with the landmarker's noise, is {_number(own)} there{of_unseen}.",
        "Ahead hears 0.5 s beyond a moment, live as little as can be; pauses: at rest where nobody speaks, as an "
        "avatar is. Unseen part: rendered, landmarks on the render; given, what the avatar was given to render; "
        "motion, what the folds say of the same rows, with pauses and without.",
        "Weights became lip points by an affine map fitted on the rows that were learned from; mean, neighbour and "
        "ridge give lip points directly.",
    ]
    life = found.get("life")
    if life is not None:
        outside = [one["name"] for one in life["figures"] if not one["within"]]
        if outside:
            lines.append(f"Life outside of the person's own range: {', '.join(outside)}.")
    if "rules" not in found["motion"]:
        lines.append('Viseme rules alone are not measured: pip install "lifemask[phones]"')
    return lines


def _motion_rows(found: dict[str, Any]) -> Iterator[Row]:
    ways = found["motion"]
    for kind in ("ahead", "live"):
        one = ways[kind]
        name = f"own mouth, {kind}"
        yield _row(f"{name}: correlation", _correlation(one), ">= .78", one["correlation"] >= 0.78)
        yield _row(f"{name}: lips, %", f"{one['error_pct']:.2f}", "<= 2.5", one["error_pct"] <= 2.5)
        yield _row(f"{name}: amplitude", f"{one['amplitude']:.2f}", ".9 to 1.1", 0.9 <= one["amplitude"] <= 1.1)
        closed = one["closed"]["found"]
        yield _row(f"{name}: closed found", _share(closed), ">= 65 %", closed is not None and closed >= 0.65)
        late = one["lag_ms"]
        yield _row(f"{name}: lag, ms", _signed(late), "<= 20", late is not None and abs(late) <= 20)
        speed = ways[f"{kind}_voice"]["pause_speed"]
        yield _row(
            f"{name}: speed in pauses", f"{_number(speed['driven'])}",
            f"<= own {_number(speed['true'])}",
            speed["driven"] is not None and speed["driven"] <= speed["true"],
        )  # fmt: skip
    best, beaten = ways["ahead"]["correlation"], [name for name in BASELINES if name in ways]
    passed = [name for name in beaten if ways[name]["correlation"] < best]
    yield _row("baselines passed", f"{len(passed)} of {len(beaten)}", "all", passed == beaten)


def _engine_rows(found: dict[str, Any]) -> Iterator[Row]:
    if found.get("engine") is None:
        return
    for kind, entry in found["engine"]["kinds"].items():
        one, alone = entry["rendered"], entry.get("motion_only")
        if alone is not None:
            least = alone["correlation"] - WITHIN
            title = f"rendered, {kind}: correlation"
            yield _row(title, _correlation(one), f">= {least:.2f}", one["correlation"] >= least)
        yield _row(
            f"rendered, {kind}: lag, ms", _signed(one["lag_ms"]), "<= 20",
            one["lag_ms"] is not None and abs(one["lag_ms"]) <= 20,
        )  # fmt: skip


def _truth_rows(found: dict[str, Any]) -> Iterator[Row]:
    for way, one in (found.get("truth") or {"ways": {}})["ways"].items():
        share = one["found"] / max(one["closures"], 1)
        title = f"p, b, m shut, {way.replace('_', ', ')}"
        yield _row(title, f"{_share(share)} of {one['closures']}", ">= 90 %", share >= 0.9)


def _life_rows(found: dict[str, Any]) -> Iterator[Row]:
    life = found.get("life")
    if life is None:
        return
    figures = life["figures"]
    blinks = [one for one in figures if one["unit"] in ("1/min", "s")]
    moves = [one for one in figures if one not in blinks]
    for name, some in (("blink rate and shape", blinks), ("brows, head, torso by band", moves)):
        within = sum(one["within"] for one in some)
        yield _row(f"{name}: as own", f"{within} of {len(some)}", "all", within == len(some))
    echo, glimpse = life["echo"], life["glimpse"]
    # NaN has become None where the life is too short to tell.
    known = echo["made"] is not None and echo["noise"] is not None
    loops = known and (echo["made"] > echo["noise"] + 0.1 or glimpse["made"] < 0.5 * glimpse["noise"])
    yield _row(
        f"loop in {life['seconds'] / 60:g} min: echo, glimpse",
        f"{_number(echo['made'], '.2f')}, {_number(glimpse['made'], '.2f')}",
        f"{_number(echo['noise'], '.2f')}, {_number(glimpse['noise'], '.2f')}",
        known and not loops,
    )


def _speed_rows(found: dict[str, Any]) -> Iterator[Row]:
    speed = found.get("speed")
    if speed is None:
        return
    for kind, one in speed["motion"].items():
        value = f"{one['ms_mean']:.1f} (95 %: {one['ms_95']:.1f})"
        yield _row(f"motion, {kind}: ms a frame", value, "<= 5", one["ms_mean"] <= 5)
    for name, one in speed["pictures"].items():
        width, height = one["size_wh"]
        for key, how in (("frames_a_second", "drawn"), ("with_encoding", "encoded")):
            title, value = f"frames a second {how}, {width} x {height}", f"{one[key]:.1f}"
            yield _row(title, value, ">= 25", one[key] >= 25) if name == "trained" else [title, value, "–", "–"]
        total, ahead = speed["latency_ms"][name], 1000 * speed["motion"]["live"]["ahead_s"]
        value = f"{total:.0f} ({ahead:.0f} of it heard)"
        yield _row(f"stream, {width} x {height}: latency, ms", value, "<= 120", total <= 120)
    ahead, live = (found["motion"][kind]["correlation"] for kind in ("ahead", "live"))
    yield ["correlation that live costs", f"{ahead - live:.2f}", "–", "–"]


def _length_rows(found: dict[str, Any]) -> Iterator[Row]:
    length = found.get("length")
    if length is None:
        return
    minutes, (first, last) = length["minutes"], length["traced_mb"]
    yield _row(
        f"{minutes:g} min of sound: frames", f"{length['frames']:,}", f"{length['frames_expected']:,}",
        length["frames"] == length["frames_expected"],
    )  # fmt: skip
    grown = last - first
    yield _row(f"{minutes:g} min of sound: memory, MB", f"{grown:+.2f}", "0", grown < 1.0)


def _way(title: str, one: dict[str, Any]) -> Row:
    closed, speed = one["closed"], one["pause_speed"]
    return [
        title,
        _correlation(one),
        f"{one['error_pct']:.2f}",
        _short(one["amplitude"]),
        _signed(one["lag_ms"]),
        f"{_percent(closed['found'])}/{_percent(closed['precise'])}",
        "–" if speed is None else _number(speed["driven"]),
    ]


def _row(title: str, value: str, reach: str, reached: bool) -> Row:
    return [title, value, reach, REACHED if reached else MISSED]


def _correlation(one: dict[str, Any]) -> str:
    low, high = one["interval"]
    return f"{_short(one['correlation'])} [{_short(low)}, {_short(high)}]"


def _short(value: float) -> str:
    """Two digits, without a zero before the point."""
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{round(value):+d}"


def _number(value: float | None, spec: str = ".1f") -> str:
    return "–" if value is None else format(value, spec)
