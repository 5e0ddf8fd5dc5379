"""What each synthesiser calls its phones."""

from lifemask.speech.visemes import of_arpabet, of_ipa

ARPABET_VOICES = ("kal_diphone", "cmu_us_slt_arctic_hts")
PAUSES = ("pau", "#", "##", "_", "SIL", "sil", "")
PUNCTUATION = ';:,.!?—…"“”()'

# Festival's phones by language, where they are not letters of the phonetic alphabet already.
FESTIVAL = {
    "it": {
        "tS": "tʃ", "dZ": "dʒ", "S": "ʃ", "SS": "ʃ", "J": "ɲ", "JJ": "ɲ", "L": "ʎ", "LL": "ʎ", "E": "ɛ", "O": "ɔ",
        "ng": "ŋ", "nf": "ɱ",
    },
    "cs": {
        "ch~": "x", "ch": "x", "c~": "tʃ", "s~": "ʃ", "z~": "ʒ", "r~": "r", "d~": "d", "t~": "t", "n~": "ɲ", "c": "ts",
        "dz~": "dʒ", "ng": "ŋ", "mg": "ɱ",
    },
    "fi": {"@": "æ", "@:": "æ", "7": "ø", "N": "ŋ", "N:": "ŋ", "T": "t"},
    "ca": {
        "ax": "ə", "EE": "ɛ", "OO": "ɔ", "S": "ʃ", "Z": "ʒ", "J": "ɲ", "L": "ʎ", "rr": "r", "tS": "tʃ", "dZ": "dʒ",
        "N": "ŋ", "NG": "ŋ", "B": "β", "D": "ð", "G": "ɣ",
    },
    "ru": {"sh": "ʃ", "zh": "ʒ", "ch": "tʃ", "sch": "ɕ", "c": "ts", "h": "x", "y": "ɨ", "yy": "ɨ"},
}  # fmt: skip
SILENCE = (("sil", 1.0),)


def visemes_of(symbol: str, about: dict) -> tuple[tuple[str, float], ...]:
    """Visemes and openings of a phone of one recording; none for a mark that has no sound of its own."""
    source, voice = about["source"], about["voice"]
    if symbol in PAUSES or symbol in PUNCTUATION:
        return SILENCE
    if source == "flite" or voice in ARPABET_VOICES:
        return of_arpabet(symbol) or SILENCE
    if source == "festival":
        table = FESTIVAL[about["language"]]
        plain = symbol if about["language"] == "fi" else symbol.rstrip("0123456789")
        return of_ipa(table.get(plain, table.get(plain.lower(), plain.lower())))[:2]
    # espeak writes the name of a language that it switches to in brackets.
    return () if symbol.startswith("(") else of_ipa(symbol)
