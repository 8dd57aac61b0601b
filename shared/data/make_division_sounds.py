"""Write ``division_sounds.csv`` anew, after a new snapshot: ``python -m shared.data.make_division_sounds``.

How a character sounds in most names, and whole names in which it sounds otherwise (东阿 is dong e): forty kilobytes
that are read at once, where the dictionaries they come from take seconds.
"""

from collections import Counter, defaultdict

from pypinyin import lazy_pinyin

from shared import divisions


def rows() -> list[tuple[str, str]]:
    """Characters, then names, each with its syllables."""
    names = sorted({divisions.spoken(divisions.name_of(code) or "") for code in divisions.codes()})
    sounds = {name: lazy_pinyin(name) for name in names}
    heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, syllables in sounds.items():
        for character, syllable in zip(name, syllables, strict=True):
            heard[character][syllable] += 1
    usual = {character: counted.most_common(1)[0][0] for character, counted in sorted(heard.items())}
    others = [(name, " ".join(said)) for name, said in sounds.items() if said != [usual[c] for c in name]]
    return [*usual.items(), *others]


if __name__ == "__main__":
    with divisions.SOUNDS.open("w", encoding="utf-8") as file:
        file.writelines(f"{said},{sound}\n" for said, sound in [("said", "pinyin"), *rows()])
