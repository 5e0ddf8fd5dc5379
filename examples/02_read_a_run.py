"""What a run holds, as arrays: poses, expressions, gaze, landmarks, with nothing but NumPy and safetensors.

    python examples/02_read_a_run.py me me-motion.csv

The names and conventions are public: docs/tracking.md. Metres, radians, OpenCV camera (x right, y down, z forward).
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from safetensors import safe_open


def main(arguments: list[str] | None = None) -> np.ndarray:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a run that is tracked")
    parser.add_argument("out", type=Path, help="table to write, .csv")
    given = parser.parse_args(arguments)
    refined = given.run / "refined.safetensors"
    with safe_open(refined if refined.exists() else given.run / "tracking.safetensors", "np") as file:
        names = file.metadata()["expression_names"].split(",")
        time_s, head = file.get_tensor("timestamp_s"), file.get_tensor("camera_from_head")
        expression, camera = file.get_tensor("expression"), file.get_tensor("camera.K")
    # A head that faces the camera upright has the rotation diag(1, -1, -1).
    away = np.diag([1.0, -1.0, -1.0]) @ head[:, :3, :3]
    yaw = np.degrees(np.arctan2(away[:, 0, 2], away[:, 2, 2]))
    pitch = np.degrees(np.arcsin(np.clip(-away[:, 1, 2], -1, 1)))
    print(
        f"{len(time_s)} frames, focal length {camera[0, 0]:.0f} px, the head {100 * head[:, 2, 3].mean():.0f} cm away"
    )
    print(f"yaw {yaw.min():.0f} to {yaw.max():.0f} degrees, pitch {pitch.min():.0f} to {pitch.max():.0f}")
    moved = expression.std(0)
    for column in moved.argsort()[::-1][:5]:
        print(f"{names[column]:20} moves by {moved[column]:.2f} of its range")
    with given.out.open("w", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(["time_s", "yaw_deg", "pitch_deg", *names])
        writer.writerows(np.column_stack([time_s, yaw, pitch, expression]).round(5).tolist())
    return yaw


if __name__ == "__main__":
    main()
