"""Settings of the tracker."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrackingConfig:
    """How a clip is explained by one camera, one person and a pose and an expression per frame.

    Image errors are measured in hundredths of the inter-ocular distance (the mean distance between the irises),
    so that no weight depends on the resolution; temporal terms are accelerations at 25 frames a second.
    """

    iterations: int = 12
    """Most Gauss-Newton steps of a window of frames."""
    person_iterations: int = 8
    """Gauss-Newton steps of the person and the camera."""
    keyframes: int = 80
    """Frames from which the person and the camera are found."""
    tolerance: float = 2e-3
    """A window is done when a step lowers the cost by less than this share of it."""
    window: int = 200
    """Frames that are solved together, about."""
    overlap: int = 15
    """Frames that a window looks back and ahead."""
    focal_px: float | None = None
    """Focal length in pixels of the original frame; None estimates one for the clip."""
    principal_px: tuple[float, float] | None = None
    """Principal point in pixels of the original frame, x then y; None takes the middle."""
    focal_prior: float = 1.8
    """Focal length assumed before the clip says otherwise, in longer image sides."""
    focal_prior_sigma: float = 0.25
    """Standard deviation of the logarithm of the focal length around the prior."""
    robust_scale: float = 8.0
    """Geman-McClure scale of the landmark residual, hundredths of the inter-ocular distance."""
    contour_weight: float = 0.2
    """Weight of the face outline's landmarks, which slide over the skin as the head turns."""
    feature_weight: float = 3.0
    """Weight of lips, lids and irises against the rest of the face."""
    opening_weight: float = 1.0
    """Weight of the distances between upper and lower lip and lid edges, against all landmarks together."""
    identity_weight: float = 0.02
    """Prior of the identity coefficients (standard deviations)."""
    offset_weight: float = 0.6
    """Prior of the personal offset of each landmark, per square millimetre."""
    expression_weight: float = 0.4
    """Sparseness prior of the expression weights."""
    score_weight: float = 0.3
    """Pull of the eyelids' weights towards the landmarker's own blink scores."""
    smooth_rotation: float = 0.8
    """Weight of the head's angular acceleration."""
    smooth_rotation_scale: float = 0.15
    """Angular acceleration (degrees a frame squared) up to which the term is quadratic; linear above."""
    smooth_translation: float = 1.5
    """Weight of the head's acceleration."""
    smooth_translation_scale: float = 0.3
    """Acceleration (millimetres a frame squared) up to which the term is quadratic; linear above."""
    smooth_expression: float = 8.0
    """Weight of the second difference of the expression weights (quadratic)."""
    smooth_eyes: float = 3.0
    """Weight of the second difference of the gaze in degrees (linear above half a degree: saccades are steps)."""
    skin_points: int = 2500
    """Points of the skin whose texture is followed."""
    skin_least_px: float = 0.6
    """The finest detail that is followed, as the width (sigma) of a Gaussian in pixels of the working view."""
    skin_outlier: float = 1.5
    """Robust scale of the texture's residual, in standard deviations of what fits."""
    skin_iterations: int = 6
    """Gauss-Newton steps with which a window of frames follows the skin."""
    skin_identity_weight: float = 5.0
    """Pull of the identity towards what the landmarks say, while the skin adjusts it."""
    skin_focal_weight: float = 5.0
    """The same for the logarithm of the focal length."""
    skin_weight: float = 15.0
    """Weight of the texture's mean robust error against the smoothness in time."""
    skin_smooth_rotation: float = 0.8
    """Weight of the head's angular acceleration against the texture."""
    skin_smooth_translation: float = 1.5
    """Weight of the head's acceleration against the texture."""
    torso_modes: int = 6
    """Deformation modes of the torso (breathing, shrugging, cloth) found from the pictures."""
