"""Write ontology/regions.ttl, the GB/T 2260 division codes as SKOS, from ontology/make/src/regions.csv.

    python ontology/make/regions.py

The table holds the divisions of today and, as `former`, those abolished since 2018, because older reports name
them. A short name (招远 for 招远市) becomes a label where it means one division; of two that share one, the
higher has it (吉林 is the province). A district's short name is an everyday word too often (和平, 解放, 平安),
so it is only a hidden label, as are a few other names: a hint that needs a body's name beside it (互助县医保局).
"""

import csv
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "regions.ttl"

ETHNIC_GROUPS = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|"
    "拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|普米族|塔吉克|怒族|裕固族|"
    "保安族|独龙族|各族|回"
)
HANDMADE = {  # where no rule gives the short names, or a wrong one
    "150000": ["内蒙古", "内蒙"],
    "150724": ["鄂温克旗"],
    "220721": ["前郭", "前郭县", "前郭尔罗斯"],
    "622926": ["东乡县"],
    "632857": ["大柴旦"],
    "652700": ["博尔塔拉", "博州"],
    "652800": ["巴音郭楞", "巴州"],
    "653000": ["克孜勒苏", "克州"],
}
PROVINCE, PREFECTURE, COUNTY = "省级", "地级", "县级"


def level(code: str) -> str:
    """Which of the three levels a six-digit code stands at."""
    return PROVINCE if code.endswith("0000") else PREFECTURE if code.endswith("00") else COUNTY


def short_names(name: str) -> list[str]:
    """The everyday names of a division, shortest first; none where only one character would be left."""
    autonomous = re.fullmatch(rf"(.{{2,}}?)(?:{ETHNIC_GROUPS})*自治([区州县旗])", name)
    if autonomous:
        stem, kind = autonomous.groups()
        return [stem] if kind == "区" else [stem, stem + kind]
    stem = re.sub("(特别行政区|地区|[省市县区盟]|(?<=.[^左右前中后])旗)$", "", name)
    return [stem] if len(stem) > 1 and stem != name else []


def text(value: str) -> str:
    return f'"{value}"@zh'


def main() -> None:
    with (HERE / "src" / "regions.csv").open(encoding="utf-8", newline="") as file:
        table = {row["code"]: row for row in csv.DictReader(file)}
    everyday_words = set((HERE / "src" / "everyday-words.txt").read_text(encoding="utf-8").split())
    # A division that was only renumbered within its city is the one of today.
    living = {(row["name"], code[:4]) for code, row in table.items() if row["status"] == "current"}
    table = {
        code: row for code, row in table.items() if row["status"] == "current" or (row["name"], code[:4]) not in living
    }

    short = {code: HANDMADE.get(code) or short_names(row["name"]) for code, row in table.items()}
    full_names = Counter(row["name"] for row in table.values())
    owner: dict[str, list[str]] = {}
    for code in sorted(table, key=lambda code: ([PROVINCE, PREFECTURE, COUNTY].index(level(code)), code)):
        for name in short[code]:
            if name not in full_names and table[code]["status"] == "current":
                owner.setdefault(name, []).append(code)
    owned: dict[str, set[str]] = {}
    for name, codes in owner.items():
        highest = [code for code in codes if level(code) == level(codes[0])]
        towns = (
            [code for code in highest if not table[code]["name"].endswith("区")]
            if level(codes[0]) == COUNTY
            else highest
        )
        holders = towns or highest
        if len(holders) == 1:
            owned.setdefault(holders[0], set()).add(name)

    lines = [
        "# Administrative divisions of China: provinces, prefectures and counties.",
        "# Source: GB/T 2260 division codes. Written by ontology/make/regions.py from make/src/regions.csv.",
        "# owl:deprecated marks a division abolished since 2018; older reports still name it.",
        "",
        "@prefix mb:      <https://w3id.org/mbkg/ontology#> .",
        "@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@prefix owl:     <http://www.w3.org/2002/07/owl#> .",
        "@prefix r:       <https://w3id.org/mbkg/region/> .",
        "",
        'r:scheme a skos:ConceptScheme ; skos:prefLabel "行政区划代码"@zh ; dcterms:source "GB/T 2260" .',
        "",
    ]
    for code, row in sorted(table.items()):
        name, here = row["name"], level(code)
        prefecture, province = code[:4] + "00", code[:2] + "0000"
        above = "" if here == PROVINCE else prefecture if here == COUNTY and prefecture in table else province
        parts = [f'r:{code} a skos:Concept ; skos:notation "{code}" ; skos:prefLabel {text(name)}']
        for label, weak in (("altLabel", False), ("hiddenLabel", True)):
            district = here == COUNTY and name.endswith("区")
            names = [
                known
                for known in short[code]
                if known in owned.get(code, ()) and weak == (district or known in everyday_words)
            ]
            if names:
                parts.append(f"skos:{label} {' , '.join(map(text, names))}")
        if above:
            parts.append(f"skos:broader r:{above}")
        if row["status"] == "former":
            parts.append("owl:deprecated true")
        lines.append(" ; ".join([*parts, f'mb:level "{here}"', "skos:inScheme r:scheme"]) + " .")
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    former = sum(row["status"] == "former" for row in table.values())
    print(f"regions.ttl: {len(table)} divisions, {former} of them former, {OUTPUT.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
