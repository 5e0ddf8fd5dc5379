"""How each phone of English sounds: resonances of the mouth, and which of the three sources is on.

Frequencies and widths are about those of a man's voice in Klatt, "Software for a cascade/parallel formant synthesizer",
J. Acoust. Soc. Am. 67 (1980), tables II and III.
"""

from dataclasses import dataclass

VOWELS = {
    "IY": (300, 2100, 2960), "IH": (400, 1850, 2570), "EH": (540, 1700, 2500), "AE": (650, 1660, 2430),
    "AA": (710, 1180, 2600), "AO": (590, 930, 2570), "AH": (620, 1230, 2550), "UH": (450, 1080, 2350),
    "UW": (330, 1050, 2250), "ER": (470, 1270, 1540),
    "EY": (490, 1750, 2520), "AY": (660, 1200, 2550), "OY": (550, 900, 2400), "AW": (660, 1230, 2500),
    "OW": (530, 1020, 2350),
}  # fmt: skip
"""First three resonances in Hz, of diphthongs at their beginning."""
GLIDES = {"EY": (330, 2020, 2650), "AY": (400, 1880, 2550), "OY": (360, 1820, 2450), "AW": (420, 940, 2350),
          "OW": (410, 860, 2300)}  # fmt: skip
"""Where diphthongs end."""
VOWEL_WIDTHS = (70.0, 90.0, 140.0)

CONSONANTS = {
    "W": (290, 650, 2150), "Y": (270, 2070, 3020), "R": (320, 1100, 1420), "L": (330, 1050, 2850),
    "M": (450, 1250, 2130), "N": (450, 1400, 2480), "NG": (450, 2000, 2650),
    "F": (340, 1100, 2080), "V": (230, 1100, 2080), "TH": (320, 1290, 2540), "DH": (270, 1290, 2540),
    "S": (320, 1450, 2530), "Z": (240, 1450, 2530), "SH": (300, 1840, 2750), "ZH": (260, 1840, 2750),
    "P": (350, 950, 2150), "B": (220, 950, 2150), "T": (350, 1700, 2600), "D": (220, 1700, 2600),
    "K": (320, 1990, 2650), "G": (220, 1990, 2650), "CH": (320, 1800, 2800), "JH": (260, 1800, 2800),
}  # fmt: skip
"""Of what is heard only as it comes and goes, the place that the vowels move from and to. HH is none: it sounds as what
follows it."""
CONSONANT_WIDTHS = (90.0, 130.0, 220.0)
NASALS = ("M", "N", "NG")
STOPS = ("P", "B", "T", "D", "K", "G", "CH", "JH")
BREATHED = ("P", "T", "K")
"""Their bursts end in breath."""

VOICE_DB = {"W": -3.0, "Y": -4.0, "R": -2.0, "L": -3.0, "M": -6.0, "N": -6.0, "NG": -7.0, "V": -9.0, "DH": -9.0,
            "Z": -11.0, "ZH": -11.0}  # fmt: skip
"""The voice of consonants against that of vowels; what is not named has none."""


@dataclass(frozen=True)
class Hiss:
    """Noise made at a narrow place: ``db`` against vowels, through resonances ``(Hz, width, share)``, and a share
    ``plain`` of the noise as it is."""

    db: float
    peaks: tuple[tuple[float, float, float], ...] = ()
    plain: float = 0.0


_LIPS = (1100.0, 900.0, 0.4), (6800.0, 2500.0, 0.4)
_TEETH = (5200.0, 900.0, 0.5), (6900.0, 1400.0, 0.9)
_GUM = (3700.0, 600.0, 0.4), (4900.0, 1300.0, 0.9)
_PALATE = (2600.0, 350.0, 0.9), (3500.0, 700.0, 0.7), (5000.0, 1500.0, 0.3)
_VELUM = (1990.0, 300.0, 1.0), (3900.0, 900.0, 0.3)
HISS = {
    "F": Hiss(-17.0, _LIPS, 1.0), "V": Hiss(-25.0, _LIPS, 1.0),
    "TH": Hiss(-19.0, ((6000.0, 3000.0, 0.8), (1400.0, 900.0, 0.2)), 0.4),
    "DH": Hiss(-27.0, ((6000.0, 3000.0, 0.8),), 0.4),
    "S": Hiss(-8.0, _TEETH), "Z": Hiss(-13.0, _TEETH), "SH": Hiss(-7.0, _PALATE), "ZH": Hiss(-13.0, _PALATE),
    "CH": Hiss(-7.0, _PALATE), "JH": Hiss(-10.0, _PALATE),
    "P": Hiss(-9.0, ((900.0, 900.0, 1.0),), 0.3), "B": Hiss(-12.0, ((800.0, 800.0, 1.0),), 0.2),
    "T": Hiss(-5.0, _GUM, 0.1), "D": Hiss(-9.0, _GUM, 0.1), "K": Hiss(-6.0, _VELUM), "G": Hiss(-10.0, _VELUM),
}  # fmt: skip
"""Of stops, that of the burst."""
BREATH_DB = {"HH": -12.0, "P": -14.0, "T": -14.0, "K": -14.0}
"""Breath through the open throat, shaped by the mouth's resonances."""
