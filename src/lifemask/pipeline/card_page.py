"""A card as a page of Markdown that people read."""

from typing import Any


def card_markdown(card: dict[str, Any]) -> str:
    """All that ``card.json`` says, in the order in which one asks."""
    subject, consent = card["subject"], card["subject"]["consent"]
    made = card["avatar"]
    lines = [f"# {_line(card['title'])}", "", f"**Synthetic media.** {card['synthetic_media']}", ""]
    if not consent["required"]:
        lines += ["Subject: synthetic. There is nobody whose consent it would need."]
    elif consent["given"]:
        lines += [
            "Subject: a person, who says:",
            "",
            *(f"> {line}" for line in consent["statement"].strip().split("\n")),
        ]
    else:
        lines += [f"Subject: a {subject['kind']}. **No statement of consent was given.**"]
    lines += ["", "## Made", ""]
    if card["created"]:
        lines += [f"- on {card['created']}"]
    lines += [f"- with {card['software']['name']} {card['software']['version']}"]
    for clip in card["inputs"]:
        length = f", {clip['duration_s']:.1f} s" if clip["duration_s"] else ""
        used = f", {clip['frames_used']} of its {clip['frames']} frames" if clip["frames_used"] else ""
        lines += [f"- of `{_line(clip['name'])}` (sha256 `{clip['sha256']}`{length}{used})"]
    width, height = made["frame_wh"]
    lines += [f"- {made['gaussians']} Gaussians; frames of {width} x {height}"]
    rig = card["rig"]
    lines += ["", "## Models", "", "| model | licence | sha256 |", "|---|---|---|"]
    lines += [f"| {m['name']} {m['version'] or ''} | {m['licence']} | `{m['sha256']}` |" for m in card["models"]]
    lines += [f"| head rig: {rig['name']} | {rig['licence']} | `{rig['hash']}` |"]
    lines += ["", "## Held-out frames", "", *_metrics(card["metrics"])]
    for title, sentences in (
        ("Limits", card["limits"]), ("Meant for", card["use"]["intended"]), ("Not for", card["use"]["not_for"])
    ):  # fmt: skip
        lines += ["", f"## {title}", "", *(f"- {sentence}" for sentence in sentences)]
    return "\n".join(lines) + "\n"


def _metrics(metrics: dict[str, Any] | None) -> list[str]:
    if metrics is None:
        return ["Not measured."]
    lines = ["| part | motion | PSNR dB | SSIM | LPIPS |", "|---|---|---|---|---|"]
    for motion, found in metrics["held_out"].items():
        for part, scores in {"whole": found["whole"], **found["regions"]}.items():
            figures = (
                _figure(scores["psnr_db"], ".1f"), _figure(scores["ssim"], ".3f"), _figure(scores.get("lpips"), ".3f")
            )  # fmt: skip
            lines += [f"| {part.replace('_', ' ')} | {motion.replace('_', ' ')} | {' | '.join(figures)} |"]
    return lines


def _figure(value: float | None, digits: str) -> str:
    return "" if value is None else format(value, digits)


def _line(text: str) -> str:
    return " ".join(text.split())
