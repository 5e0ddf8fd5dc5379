"""What to record: the one text behind `lifemask check --guide` and docs/recording.md."""

RECORDING_GUIDE = """\
# Thirty seconds that make a good avatar

## Before
- Camera: on a tripod or a shelf, at the height of the eyes, one to one and a half metres away. It must not
  move. A phone is good; use the back camera, upright or sideways, 1080p, 25 to 60 frames a second.
- Switch off: portrait blur, beauty filter, HDR video, automatic zoom that follows the face, stabilisation
  if you can.
- Lock focus and exposure: on most phones, press and hold on the face until a lock appears.
- Light: from the front and soft, a window behind the camera. Not a window behind you, not one lamp from the
  side.
- Picture: head and shoulders, a hand's breadth of air above the hair. The face at least 200 pixels wide.
- Background: anything that does not move. A wall with a picture or a shelf is better than a plain one,
  because it shows that the camera stood still.
- If you must hold the camera: stand still yourself, half a step from a wall you lean on, and let a flat, patterned
  wall be behind you. The clip is then called hand-held and its motion is taken out by the background; where that
  is impossible the clip is refused with the measurement (error 25). A tripod is always better: the border of the
  picture is lost, and every frame is interpolated once.
- You: hair and collar as the avatar should have them; no hands near the face; glasses only if the avatar
  wears them.
- Sound: quiet room, your normal voice.

## The script (about 30 seconds)
Shoulders stay where they are; only the head turns. Move slowly: a turned head is useful, a blurred one is
not.

| seconds | do this |
|---|---|
| 0-3 | Look into the camera, mouth closed, relaxed. Blink twice. |
| 3-8 | Turn the head slowly left as far as is comfortable, back, right, back. Eyes on the camera. |
| 8-11 | Slowly up, back, down, back. |
| 11-13 | Head still: look with the eyes only left, right, up, down. |
| 13-23 | Say, with some life: "My teeth show when I see the sea. You do too. How now, brown cow? Five fine \
vivid waves. Papa, mama, a big bumpy boat. Ah - oh - ee - oo." |
| 23-27 | Smile without teeth, smile with teeth, open the mouth wide, round the lips as for a kiss. |
| 27-29 | Raise the eyebrows, then frown. Close the eyes for one second, open. |
| 29-32 | Look into the camera, relaxed. Blink twice. |

## After
Run `lifemask check VIDEO`. It says in a minute what is covered, what is missing and what to do about it.
Longer is not better: of a long clip only the frames that help are used.
"""
