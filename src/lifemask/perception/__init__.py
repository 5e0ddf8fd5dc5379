"""What the pixels say: faces and their landmarks, mattes, the background plate, regions."""

from lifemask.perception.face_detector import FaceBox
from lifemask.perception.face_points import BLENDSHAPE_NAMES
from lifemask.perception.landmarks import FaceLandmarker, FaceObservation
from lifemask.perception.matte import MatteConfig, Matter
from lifemask.perception.plate import Plate, PlateConfig, background_plate

__all__ = [
    "BLENDSHAPE_NAMES",
    "FaceBox",
    "FaceLandmarker",
    "FaceObservation",
    "MatteConfig",
    "Matter",
    "Plate",
    "PlateConfig",
    "background_plate",
]
