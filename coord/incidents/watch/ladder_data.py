"""The ladders themselves: one row a code, in four languages. Those with ``sample`` rest on no official text."""

from __future__ import annotations

from collections.abc import Mapping

from coord.incidents.watch.ladders import LANGUAGES, Grade, Ladder, Names

Row = tuple[str, int, str, str, str, str, Names]


def _names(hans: str, hant: str, pt: str, en: str) -> Names:
    return dict(zip(LANGUAGES, (hans, hant, pt, en), strict=True))


COLOURS: Mapping[str, Names] = {
    "white": _names("白色", "白色", "branco", "white"),
    "blue": _names("蓝色", "藍色", "azul", "blue"),
    "yellow": _names("黄色", "黃色", "amarelo", "yellow"),
    "amber": _names("黄色", "黃色", "âmbar", "amber"),
    "orange": _names("橙色", "橙色", "laranja", "orange"),
    "red": _names("红色", "紅色", "vermelho", "red"),
    "black": _names("黑色", "黑色", "preto", "black"),
}
MAINLAND = {"white": "Minor", "blue": "Minor", "yellow": "Moderate", "orange": "Severe", "red": "Extreme"}
SURGE = {"blue": "Minor", "yellow": "Moderate", "orange": "Severe", "red": "Extreme", "black": "Extreme"}
RAIN = {"yellow": "Moderate", "amber": "Moderate", "red": "Severe", "black": "Extreme"}

FUTURE = ("Future", "Possible")
EXPECTED = ("Expected", "Likely")
NOW = ("Immediate", "Observed")


def _coloured(severities: Mapping[str, str], **when: tuple[str, str]) -> tuple[Grade, ...]:
    """Return a grade per colour, in the order given, with its CAP urgency and certainty."""
    return tuple(
        Grade(colour, rank, colour, severities[colour], urgency, certainty, COLOURS[colour])
        for rank, (colour, (urgency, certainty)) in enumerate(when.items(), 1)
    )


def _numbered(*rows: tuple[str, int, str, tuple[str, str]]) -> tuple[Grade, ...]:
    """Return a grade per cyclone number; several codes of one rank differ in wind direction only."""
    winds = {
        "nw": _names("西北", "西北", "NW", "NW"),
        "sw": _names("西南", "西南", "SW", "SW"),
        "ne": _names("东北", "東北", "NE", "NE"),
        "se": _names("东南", "東南", "SE", "SE"),
    }
    grades = []
    for code, rank, severity, (urgency, certainty) in rows:
        number = code.rstrip("nswe")
        wind = winds.get(code[len(number) :], _names("", "", "", ""))
        names = _names(
            f"{number}号{wind['zh-Hans']}",
            f"{number}號{wind['zh-Hant']}",
            f"n.º {number} {wind['pt']}".strip(),
            f"No. {number} {wind['en']}".strip(),
        )
        grades.append(Grade(code, rank, "", severity, urgency, certainty, names))
    return tuple(grades)


CYCLONE = _numbered(
    ("1", 1, "Minor", FUTURE),
    ("3", 2, "Moderate", EXPECTED),
    *((code, 3, "Severe", EXPECTED) for code in ("8", "8nw", "8sw", "8ne", "8se")),
    ("9", 4, "Extreme", ("Immediate", "Likely")),
    ("10", 5, "Extreme", NOW),
)
RESPONSE = tuple(
    Grade(code, rank, "", severity, "Immediate", "Observed", _names(f"{code}级", f"{code}級", f"nível {code}", code))
    for rank, (code, severity) in enumerate(
        (("iv", "Minor"), ("iii", "Moderate"), ("ii", "Severe"), ("i", "Extreme")), 1
    )
)
STATES = tuple(
    Grade(code, rank, "", severity, "Immediate", "Observed", names)
    for rank, (code, severity, names) in enumerate(
        (
            ("moderate", "Minor", _names("一般", "一般", "moderado", "moderate")),
            ("prevention", "Moderate", _names("预防", "預防", "prevenção", "prevention")),
            (
                "immediate-prevention",
                "Severe",
                _names("即时预防", "即時預防", "prevenção imediata", "immediate prevention"),
            ),
            ("rescue", "Extreme", _names("抢救", "搶救", "socorro", "rescue")),
            ("catastrophe", "Extreme", _names("灾难", "災難", "catástrofe", "catastrophe")),
        ),
        1,
    )
)
FOUR = _coloured(MAINLAND, blue=EXPECTED, yellow=EXPECTED, orange=EXPECTED, red=EXPECTED)
THREE = _coloured(MAINLAND, yellow=EXPECTED, orange=EXPECTED, red=EXPECTED)

TYPHOON = _names("台风预警信号", "颱風預警信號", "sinal de tufão", "typhoon warning signal")
RAINSTORM = _names("暴雨预警信号", "暴雨預警信號", "sinal de chuva intensa", "rainstorm warning signal")
CYCLONE_SIGNAL = _names("热带气旋信号", "熱帶氣旋信號", "sinal de ciclone tropical", "tropical cyclone signal")

_ALL = (
    # mainland, national: four colours each
    Ladder("cn", "typhoon", "typhoon", TYPHOON, FOUR),
    Ladder("cn", "rain", "rain", RAINSTORM, FOUR),
    Ladder(
        "cn",
        "geological",
        "geological",
        _names("地质灾害气象风险预警", "地質災害氣象風險預警", "risco de desastre geológico", "geological-hazard risk"),
        FOUR,
        sample=True,
    ),
    # Guangdong, set of 1 Jan 2019, used by Zhuhai and Hengqin; orange and red rain are observed, not forecast
    Ladder(
        "gd",
        "typhoon",
        "typhoon",
        TYPHOON,
        _coloured(MAINLAND, white=FUTURE, blue=EXPECTED, yellow=EXPECTED, orange=EXPECTED, red=EXPECTED),
    ),
    Ladder("gd", "rain", "rain", RAINSTORM, _coloured(MAINLAND, yellow=EXPECTED, orange=NOW, red=NOW)),
    Ladder(
        "gd",
        "heat",
        "heat",
        _names("高温预警信号", "高溫預警信號", "sinal de calor", "heat warning signal"),
        THREE,
        sample=True,
    ),
    Ladder(
        "gd",
        "thunder-gust",
        "wind",
        _names("雷雨大风预警信号", "雷雨大風預警信號", "sinal de trovoada com rajadas", "thunder-gust warning signal"),
        FOUR,
        sample=True,
    ),
    Ladder(
        "gd",
        "fog",
        "fog",
        _names("大雾预警信号", "大霧預警信號", "sinal de nevoeiro", "fog warning signal"),
        THREE,
        sample=True,
    ),
    Ladder(
        "gd",
        "haze",
        "haze",
        _names("灰霾预警信号", "灰霾預警信號", "sinal de bruma", "haze warning signal"),
        _coloured(MAINLAND, yellow=EXPECTED),
    ),
    Ladder(
        "gd",
        "forest-fire",
        "forest-fire",
        _names("森林火险预警信号", "森林火險預警信號", "perigo de incêndio florestal", "forest-fire danger signal"),
        THREE,
    ),
    # Macao
    Ladder("mo", "cyclone", "typhoon", CYCLONE_SIGNAL, CYCLONE),
    Ladder(
        "mo",
        "surge",
        "surge",
        _names("风暴潮警告", "風暴潮警告", "aviso de «storm surge»", "storm surge warning"),
        _coloured(SURGE, blue=EXPECTED, yellow=EXPECTED, orange=EXPECTED, red=EXPECTED, black=EXPECTED),
    ),
    Ladder("mo", "rain", "rain", RAINSTORM, _coloured(RAIN, yellow=NOW, red=NOW, black=NOW)),
    Ladder(
        "mo",
        "thunderstorm",
        "thunderstorm",
        _names("雷暴信号", "雷暴信號", "sinal de trovoada", "thunderstorm signal"),
        (Grade("on", 1, "", "Moderate", "Immediate", "Likely", _names("生效", "生效", "em vigor", "in force")),),
    ),
    Ladder(
        "mo",
        "monsoon",
        "wind",
        _names("强烈季风信号", "強烈季候風信號", "sinal de ventos fortes de monção", "strong monsoon signal"),
        (Grade("on", 1, "", "Minor", "Expected", "Likely", _names("生效", "生效", "em vigor", "in force")),),
    ),
    Ladder(
        "mo",
        "civil-protection",
        "",
        _names("民防状态", "民防狀態", "estado de protecção civil", "civil protection"),
        STATES,
    ),
    # Hong Kong
    Ladder("hk", "cyclone", "typhoon", CYCLONE_SIGNAL, CYCLONE),
    Ladder("hk", "rain", "rain", RAINSTORM, _coloured(RAIN, amber=NOW, red=NOW, black=NOW)),
    # response states of others, beside signals (P-11)
    *(
        Ladder(authority, system, hazard, names, RESPONSE, sample=True)
        for authority in ("cn", "gd", "zh")
        for system, hazard, names in (
            (
                "wind-response",
                "typhoon",
                _names("防风应急响应", "防風應急響應", "resposta a tufão", "wind response"),
            ),
            (
                "flood-response",
                "rain",
                _names("防汛应急响应", "防汛應急響應", "resposta a inundação", "flood response"),
            ),
        )
    ),
    # what asks for a decision without a signal of the weather
    Ladder(
        "cn",
        "epidemic",
        "epidemic",
        _names("突发公共卫生事件报告", "突發公共衛生事件報告", "evento de saúde pública", "public health event"),
        tuple(
            Grade(code, rank, "", severity, "Immediate", certainty, names)
            for rank, (code, severity, certainty, names) in enumerate(
                (
                    ("suspected", "Minor", "Possible", _names("疑似", "疑似", "suspeito", "suspected")),
                    ("confirmed", "Moderate", "Observed", _names("确诊", "確診", "confirmado", "confirmed")),
                    ("cluster", "Severe", "Observed", _names("聚集", "聚集", "surto", "cluster")),
                    ("spread", "Extreme", "Observed", _names("扩散", "擴散", "disseminação", "spread")),
                ),
                1,
            )
        ),
        sample=True,
    ),
    Ladder(
        "gd",
        "hot-spot",
        "forest-fire",
        _names("林火热点", "林火熱點", "foco de calor", "forest-fire hot spot"),
        (
            Grade(
                "detected", 1, "", "Moderate", "Immediate", "Possible", _names("发现", "發現", "detectado", "detected")
            ),
            Grade(
                "confirmed", 2, "", "Severe", "Immediate", "Observed", _names("确认", "確認", "confirmado", "confirmed")
            ),
        ),
        sample=True,
    ),
)

LADDERS: Mapping[str, Ladder] = {ladder.key: ladder for ladder in _ALL}
"""All ladders by ``authority/system``."""
