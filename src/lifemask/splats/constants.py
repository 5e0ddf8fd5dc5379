"""The numbers that define what a splat looks like; those of gsplat 1.5.3, so that all backends agree."""

NEAR_PLANE = 0.01
"""Splats whose centre is nearer than this (metres along the optical axis) are not drawn."""
EPS2D = 0.3
"""Added to the diagonal of the projected covariance (px²), unless told otherwise: no splat is thinner than a pixel."""
ALPHA_MIN = 1 / 255
"""Smaller contributions to a pixel are skipped."""
ALPHA_MAX = 0.999
"""No single splat is more opaque than this."""
TRANSMITTANCE_MIN = 1e-4
"""A pixel is finished before the splat that would take its transmittance to this or below."""
FRUSTUM_MARGIN = 0.15
"""Share of the image's size by which the Jacobian's viewing angle may leave the image before it is
clamped."""
