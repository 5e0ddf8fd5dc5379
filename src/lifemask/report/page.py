"""``report/index.html``: one file with everything in it but the comparison video beside it."""

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

from lifemask.media.files import atomic_write_text
from lifemask.report.data import Quality, RegionQuality, ReportData, Sheet, StageCost, TrackingSeries
from lifemask.report.motion import jitter
from lifemask.report.pictures import ERROR_FULL_SCALE, jpeg_uri, strip
from lifemask.report.plots import frame_plot, tracking_plot, training_plot
from lifemask.report.style import CSS


def write_report(folder: Path, data: ReportData) -> Path:
    """Write ``index.html`` into ``folder`` and return its path; a video named in ``data`` goes beside it."""
    page = folder / "index.html"
    atomic_write_text(page, render_page(data))
    return page


def render_page(data: ReportData) -> str:
    """The page's text: parts without data are left out."""
    parts = [
        _header(data),
        _quality(data),
        _pictures(data),
        _capture(data),
        _tracking(data.tracking) if data.tracking is not None else "",
        _training(data),
        _costs(data.stages),
        _settings(data),
        "<footer>Made by Lifemask. The renderings on this page are synthetic media.</footer>",
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(data.title)} – Lifemask report</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )


def _header(data: ReportData) -> str:
    cells = "".join(
        f"<div><dt>{escape(f.label)}</dt><dd>{escape(f.value)}<small>{escape(f.note)}</small></dd></div>"
        for f in data.headline
    )
    figures = f'<dl class="figures">{cells}</dl>' if cells else ""
    return (
        f'<header><p class="mark">Lifemask report</p><h1>{escape(data.title)}</h1>'
        f"<p>{escape(data.subtitle)}</p></header>{figures}"
    )


def _quality(data: ReportData) -> str:
    if not data.quality:
        return ""
    measured_lpips = any(q.lpips is not None for row in data.quality for q in (row.as_tracked, row.refined))
    missing = "" if measured_lpips else " LPIPS needs its weights: <code>lifemask assets fetch lpips_alex</code>."
    rows = "".join(_quality_row(row) for row in data.quality)
    columns = '<th class="n first">PSNR, dB</th><th class="n">SSIM</th><th class="n">LPIPS</th>'
    plot = f'<div class="plot">{frame_plot(dict(data.frame_psnr_db))}</div>' if data.frame_psnr_db else ""
    return (
        "<h2>Quality on held-out frames</h2>"
        '<p class="note">Frames that the avatar was not trained on, against the real frame. '
        "<em>As tracked</em>: with the tracking as it came. <em>Refined</em>: pose and code fitted to each "
        "frame through the renderer, with the avatar frozen. Higher is better for PSNR and SSIM, "
        f"lower for LPIPS.{missing}</p>"
        f'<div class="scroll"><table><thead><tr><th></th><th class="group first" colspan="3">as tracked</th>'
        f'<th class="group first" colspan="3">refined</th></tr><tr><th>region</th>{columns * 2}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{plot}"
    )


def _quality_row(row: RegionQuality) -> str:
    return f"<tr><td>{escape(row.region)}</td>{_quality_cells(row.as_tracked)}{_quality_cells(row.refined)}</tr>"


def _quality_cells(quality: Quality) -> str:
    values = [(quality.psnr_db, ".2f"), (quality.ssim, ".3f"), (quality.lpips, ".3f")]
    texts = ["–" if value is None else format(value, spec) for value, spec in values]
    return "".join(f'<td class="n{" first" if k == 0 else ""}">{text}</td>' for k, text in enumerate(texts))


def _pictures(data: ReportData) -> str:
    video = ""
    if data.video:
        name = escape(data.video)
        video = (
            "<h2>Test video</h2><p class='note'>Truth, rendering, error.</p>"
            f'<video controls loop muted playsinline preload="metadata" src="{name}"{_poster(data)}>'
            f'<a href="{name}">{name}</a></video>'
        )
    return video + "".join(_sheet(sheet) for sheet in data.sheets)


def _poster(data: ReportData) -> str:
    pair = next((pair for sheet in data.sheets for pair in sheet.pairs), None)
    return f' poster="{jpeg_uri(strip(pair.truth, pair.render))}"' if pair is not None else ""


def _sheet(sheet: Sheet) -> str:
    figures = "".join(
        f'<figure><img alt="truth, rendering and error of {escape(pair.label)}" loading="lazy" '
        f'src="{jpeg_uri(strip(pair.truth, pair.render))}">'
        f"<figcaption>{escape(pair.label)}</figcaption></figure>"
        for pair in sheet.pairs
    )
    span = f"0 to {ERROR_FULL_SCALE:.0%} of full scale"
    scale = f'<span class="legend">Error: <span class="scale"></span> {span}.</span>'
    return (
        f"<h2>{escape(sheet.title)}</h2>"
        f"<p class='note'>{escape(sheet.note)} Truth, rendering, error. {scale}</p>"
        f'<div class="sheet">{figures}</div>'
    )


def _capture(data: ReportData) -> str:
    if not data.findings and not data.clip_facts:
        return ""
    findings = "".join(
        f'<li class="{f.level}"><b>{escape(f.title)}</b> {escape(f.measured)} <span>{escape(f.advice)}</span></li>'
        for f in data.findings
    )
    return (
        "<h2>The clip</h2>"
        + _facts(data.clip_facts.items())
        + (f'<ul class="findings">{findings}</ul>' if findings else "")
    )


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in pairs)
    return f'<dl class="facts">{cells}</dl>' if cells else ""


def _tracking(series: TrackingSeries) -> str:
    seen = series.tracked
    error = series.reprojection_px[seen]
    facts = {
        "frames with a face": f"{int(seen.sum())} of {len(seen)}",
        "landmark error, mean": f"{error.mean():.2f} px" if len(error) else "–",
        "of the eye distance": f"{100 * error.mean() / series.interocular_px:.2f} %" if len(error) else "–",
        "rotation jitter": f"{jitter(series.angles_deg, seen):.3f}°",
        "position jitter": f"{jitter(series.position_mm, seen):.3f} mm",
    }
    shaded = " The held-out frames are shaded." if series.held_out_from_s is not None else ""
    return (
        "<h2>Tracking</h2><p class='note'>One camera, one person, a pose and an expression for every frame. "
        "Jitter is the standard deviation of the second difference from frame to frame."
        f"{shaded}</p>{_facts(facts.items())}<div class='plot'>{tracking_plot(series)}</div>"
    )


def _training(data: ReportData) -> str:
    curve = data.training
    if curve is None or not (len(curve.loss) or len(curve.test_psnr_db)):
        return ""
    return f'<h2>Training</h2><div class="plot">{training_plot(curve)}</div>'


def _costs(stages: tuple[StageCost, ...]) -> str:
    if not stages:
        return ""
    longest = max(max(stage.seconds for stage in stages), 1e-9)
    rows = "".join(
        f'<tr><td>{escape(s.name)}</td><td class="wide"><div class="bar"><i style="width:'
        f'{100 * s.seconds / longest:.1f}%"></i></div></td><td class="n">{_duration(s.seconds)}</td>'
        f'<td class="n">{s.peak_memory_mb:,.0f} MB</td></tr>'
        for s in stages
    )
    total = sum(stage.seconds for stage in stages)
    peak = max(stage.peak_memory_mb for stage in stages)
    return (
        "<h2>Time and memory</h2><div class='scroll'><table>"
        "<thead><tr><th>stage</th><th></th><th class='n'>time</th>"
        f"<th class='n'>peak memory</th></tr></thead><tbody>{rows}<tr class='total'><td>in all</td><td></td>"
        f"<td class='n'>{_duration(total)}</td><td class='n'>{peak:,.0f} MB</td></tr></tbody></table></div>"
    )


def _settings(data: ReportData) -> str:
    if not data.settings and not data.versions:
        return ""
    text = json.dumps({"settings": dict(data.settings), "versions": dict(data.versions)}, indent=2, default=str)
    return f"<details><summary>Settings and versions</summary><pre>{escape(text)}</pre></details>"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
