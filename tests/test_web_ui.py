"""The page around an avatar, in a real browser: every control does what it says, and says what it does."""

# ruff: noqa: F811

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from avatar_made import SIZE, small_avatar
from browser import browser, opened  # noqa: F401
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.avatar.layer import draw_layer
from lifemask.pipeline.card import card_in, card_text
from lifemask.viewer.pack import pack_avatar
from lifemask.viewer.packed import PackedAvatar
from lifemask.viewer.page import export_page
from ui_page import STILL, avatar, folder, last_row, named_controls, page, page_file, picture, put, shared  # noqa: F401

# Sliders


def test_every_control_has_a_name(page: Any, avatar: Avatar) -> None:
    link = page.get_by_role("button", name="Move left and right together")
    link.click()
    folded = page.locator(".fold[aria-expanded=false]")
    titles = folded.all_inner_texts()
    for title in titles:
        page.locator(".fold", has_text=title).click()
    controls = named_controls(page)
    assert all(name.strip() for _, name in controls), controls
    sliders = [name for role, name in controls if role == "slider"]
    assert len(sliders) == len(avatar.rig.expression_names) + 5, "and gaze and head"
    buttons = [name for role, name in controls if role == "button"]
    assert len(buttons) > 10 and len(set(buttons)) == len(buttons)
    for name in ("About", "Keys"):
        page.get_by_role("button", name=name, exact=True).click()
        assert all(name.strip() for _, name in named_controls(page))
        page.keyboard.press("Escape")
    for title in titles:
        page.locator(".fold", has_text=title).click()


def test_each_slider_moves_its_own_weight(page: Any, avatar: Avatar) -> None:
    names = avatar.rig.expression_names
    page.get_by_role("button", name="Move left and right together").click()
    wanted = {name: 0.2 + 0.01 * place for place, name in enumerate(names)}
    before = last_row(page)[: len(names)]
    put(page, wanted)
    # A slider goes from where the face is to 1.
    expected = before + np.array(list(wanted.values())) * (1 - np.minimum(before, 1))
    assert np.allclose(last_row(page)[: len(names)], expected, atol=1e-3)


@pytest.mark.parametrize("name", ["browInnerUp", "eyeBlinkLeft", "jawOpen", "mouthSmileLeft", "cheekPuff"])
def test_a_slider_moves_its_region_alone(page: Any, avatar: Avatar, name: str) -> None:
    still = last_row(page)
    put(page, {name: 1.0})
    moved = last_row(page)
    before, after = picture(page, still), picture(page, moved)
    # Two levels of a channel are rounding.
    apart = np.where(np.abs(after - before) > 2, np.abs(after - before), 0).sum(-1)
    layout = CodeLayout.of(avatar)
    # Where the avatar itself says that it changes: the box around all that moves, at the canvas's scale.
    with torch.no_grad():
        layers = [avatar.layer(layout.motion(row[None].astype(np.float32))) for row in (still, moved)]
    pictures = []
    for layer in layers:
        whole = np.zeros((SIZE, SIZE, 4))
        height, width = layer.alpha.shape[1:]
        place = np.s_[layer.top : layer.top + height, layer.left : layer.left + width]
        whole[place] = np.concatenate([layer.colour[0].numpy(), layer.alpha[0].numpy()[..., None]], -1)
        pictures.append(whole)
    rows, columns = np.nonzero(np.abs(pictures[1] - pictures[0]).max(-1) > 0.02)
    scale, pad = apart.shape[0] / SIZE, 2
    top, bottom = ((np.array([rows.min() - pad, rows.max() + 1 + pad])) * scale).round().astype(int)
    left, right = ((np.array([columns.min() - pad, columns.max() + 1 + pad])) * scale).round().astype(int)
    inside = np.zeros(apart.shape, bool)
    inside[max(top, 0) : bottom, max(left, 0) : right] = True
    assert inside.mean() < 0.5, "the region is a part of the picture"
    assert apart[inside].mean() > 1
    assert apart[~inside].sum() < 0.02 * apart[inside].sum()


def test_left_and_right_go_together_until_they_do_not(page: Any, avatar: Avatar) -> None:
    names = list(avatar.rig.expression_names)
    left, right = names.index("mouthSmileLeft"), names.index("mouthSmileRight")
    put(page, {"mouthSmileLeft": 1.0})
    assert last_row(page)[[left, right]] == pytest.approx([1, 1], abs=1e-3)
    put(page, {"eyeLookOutLeft": 1.0})
    assert last_row(page)[names.index("eyeLookInRight")] == pytest.approx(1, abs=1e-3)
    page.get_by_role("button", name="Move left and right together").click()
    put(page, {"mouthSmileLeft": 0.0})
    row = last_row(page)
    assert row[left] < 0.9 and row[right] == pytest.approx(1, abs=1e-3)
    page.get_by_role("button", name="Reset mouth").click()
    page.evaluate(STILL)
    row = last_row(page)
    assert row[right] < 0.9 and row[names.index("eyeLookInRight")] > 0.9, "one group alone was reset"


def test_sliders_are_found(page: Any) -> None:
    search = page.get_by_role("searchbox")
    search.fill("look left")
    visible = page.locator(".slider:visible")
    assert visible.all_inner_texts()[0].startswith("Look left") and visible.count() == 1
    search.fill("jawOpen")
    assert visible.count() == 1
    search.fill("wings")
    assert visible.count() == 0 and "No slider is called" in page.locator(".nothing").inner_text()
    search.press("Escape")
    assert search.input_value() == "" and visible.count() > 10


def test_head_and_eyes_turn_where_they_are_told(page: Any, avatar: Avatar) -> None:
    layout, before = CodeLayout.of(avatar), last_row(page)
    put(page, {"head yaw": 5.0, "gaze yaw": 10.0, "gaze pitch": -6.0})
    row = last_row(page)
    code, still = (layout.motion(one[None].astype(np.float32)).code for one in (row, before))
    turned = (code.camera_from_head[0, :3, :3] @ still.camera_from_head[0, :3, :3].T).double()
    angle = torch.rad2deg(torch.arccos((turned.trace() - 1) / 2))
    assert float(angle) == pytest.approx(5, abs=0.05)
    # To the person's left, which is the picture's right.
    assert float((code.camera_from_head - still.camera_from_head)[0, 0, 2]) > 0.05
    assert torch.rad2deg(code.eyes - still.eyes)[0].numpy() == pytest.approx(np.array([[10, -6]] * 2), abs=0.05)
    assert torch.equal(code.camera_from_torso, still.camera_from_torso)


# Keys and looks


def test_keys_do_what_the_help_says(page: Any) -> None:
    page.locator("[role=application]").focus()
    page.keyboard.press("?")
    help_text = page.get_by_role("dialog").inner_text()
    assert all(word in help_text for word in ("Space", "Microphone", "Record", "background", "Reset the view"))
    page.keyboard.press("m")
    assert page.locator(".sound").is_hidden(), "keys wait while a dialog is open"
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()
    page.keyboard.press("Space")
    assert page.get_by_role("button", name="Go on", exact=True).is_visible()
    page.keyboard.press("b")
    assert page.get_by_label("None").is_checked()
    orbit = "window.lifemask.then((view) => ({ ...view.orbit }))"
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "+"):
        page.keyboard.press(key)
    page.evaluate(STILL)
    turned = page.evaluate(orbit)
    assert turned["yaw"] > 0.01 and turned["pitch"] > 0.01 and turned["zoom"] > 1
    page.keyboard.press("0")
    page.evaluate(STILL)
    assert page.evaluate(orbit) == {"yaw": 0, "pitch": 0, "zoom": 1}
    page.get_by_role("searchbox").focus()
    page.keyboard.type("b 0m")
    assert page.get_by_label("None").is_checked() and page.locator(".sound").is_hidden(), "who writes presses no keys"


def test_dragging_turns_the_picture_with_the_pointer(page: Any) -> None:
    box = page.locator("[role=application]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=4)
    page.mouse.up()
    page.mouse.wheel(0, -300)
    page.evaluate(STILL)
    orbit = page.evaluate("window.lifemask.then((view) => ({ ...view.orbit }))")
    assert orbit["yaw"] > 0.01 and orbit["pitch"] == pytest.approx(0) and orbit["zoom"] > 1.2
    page.mouse.dblclick(x, y)
    page.evaluate(STILL)
    assert page.evaluate("window.lifemask.then((view) => view.orbit.yaw)") == 0


def test_the_background_changes_behind_the_person_alone(page: Any, avatar: Avatar, folder: Path) -> None:
    rest = PackedAvatar.read(pack_avatar(folder)).rest
    filmed = picture(page, rest)
    page.get_by_label("Background colour").fill("#14c81e")
    assert page.get_by_label("Colour", exact=True).is_checked()
    plain = picture(page, rest)
    with torch.no_grad():
        gaussians = avatar.gaussians(CodeLayout.of(avatar).motion(rest[None]))
        size = (plain.shape[1], plain.shape[0])
        layer = draw_layer(gaussians, avatar.camera, avatar.view, size)
    alpha = np.zeros(plain.shape[:2])
    height, width = layer.alpha.shape[1:]
    alpha[layer.top : layer.top + height, layer.left : layer.left + width] = layer.alpha[0].numpy()
    person, behind = alpha > 0.99, alpha == 0
    assert person.mean() > 0.03 and behind.mean() > 0.2
    assert np.abs(plain - filmed)[person].max() <= 6
    assert np.abs(plain[behind] - [20, 200, 30]).max() <= 1


def test_the_theme_is_remembered(browser: Any, page_file: Path) -> None:
    with opened(browser, page_file, color_scheme="dark") as found:
        theme = lambda: found.page.evaluate("document.documentElement.dataset.theme")  # noqa: E731
        ground = lambda: found.page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
        dark = ground()
        assert theme() == "dark"
        found.page.get_by_role("button", name="Light colours").click()
        assert theme() == "light" and ground() != dark
        found.page.reload()
        found.page.wait_for_selector("html[data-state=ready] .desk")
        assert theme() == "light"


def test_a_phone_shows_all_of_it(browser: Any, page_file: Path) -> None:
    for width, height in ((360, 740), (740, 360)):
        with opened(browser, page_file, viewport={"width": width, "height": height}, has_touch=True) as found:
            if width < height:
                found.page.get_by_role("button", name="Controls").tap()
                assert found.page.get_by_role("searchbox").is_visible()
            found.page.wait_for_timeout(400)
            wide = found.page.evaluate(
                """(width) => [...document.querySelectorAll(".desk, .desk *")]
                    .filter((one) => one.checkVisibility() && one.scrollWidth > 0)
                    .filter((one) => one.getBoundingClientRect().right > width + 1 || one.getBoundingClientRect().left < -1)
                    .map((one) => one.className || one.tagName)""",  # noqa: E501
                width,
            )
            assert wide == [] and found.page.evaluate("document.documentElement.scrollWidth") <= width
            boxes = [button.bounding_box() for button in found.page.locator(".bar button").all()]
            assert min(min(box["width"], box["height"]) for box in boxes) >= 40
            frame = found.page.locator("[role=application]").bounding_box()
            assert frame["width"] * frame["height"] > 0.1 * width * height


def test_the_card_is_shown(browser: Any, folder: Path, tmp_path: Path) -> None:
    card = card_in(folder)
    card["subject"]["consent"] |= {"given": True, "statement": "I agree. <b>Somebody</b>"}
    named = tmp_path / "named"
    small_avatar(named, voice=False)
    (named / "card.json").write_text(card_text(card))
    export_page(named, tmp_path / "named.html")
    with opened(browser, tmp_path / "named.html") as found:
        found.page.get_by_role("button", name="About").click()
        shown = found.page.get_by_role("dialog").inner_text()
        assert "I agree. <b>Somebody</b>" in shown
        assert all(sentence in shown for sentence in (*card["limits"], *card["use"]["not_for"]))
        assert "Frames a second" in shown
