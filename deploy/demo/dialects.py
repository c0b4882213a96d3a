"""How invented dealers' systems write: headers, dates, numbers, plates and word lists.

Everything here is invented. Names of people are put together from lists of
characters and syllables and mean nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

COLUMNS = (
    "ro_number",
    "plate",
    "vin",
    "customer_name",
    "phone",
    "email",
    "model",
    "opened_at",
    "closed_at",
    "odometer",
    "kind",
    "work",
    "advisor",
    "amount",
    "consent",
    "best_time",
)


@dataclass(frozen=True)
class Dialect:
    """One way of writing an export; weekday weights run from Monday to Sunday."""

    key: str
    country: str
    encoding: str
    delimiter: str
    suffix: str
    headers: tuple[str, ...]
    datetime_format: str
    decimal: str
    thousands: str
    is_in_miles: bool
    has_check_digit: bool
    vin_prefix: str
    models: tuple[str, ...]
    kinds: tuple[str, str]
    services: tuple[str, ...]
    repairs: tuple[str, ...]
    yes: str
    no: str
    unreadable: str
    weekdays: tuple[float, ...]
    names: Mapping[str, tuple[str, ...]]
    title: str
    total: str


_ZH = Dialect(
    key="zh",
    country="CN",
    encoding="gb18030",
    delimiter=",",
    suffix="csv",
    headers=(
        "委托书号",
        "车牌号",
        "VIN码",
        "车主姓名",
        "手机",
        "电子邮箱",
        "车型",
        "进厂时间",
        "交车时间",
        "行驶里程(公里)",
        "维修类型",
        "维修项目",
        "服务顾问",
        "结算金额",
        "是否同意回访",
        "方便联系时间",
    ),
    datetime_format="%Y/%m/%d %H:%M",
    decimal=".",
    thousands=",",
    is_in_miles=False,
    has_check_digit=True,
    vin_prefix="LZZ",
    models=("晨帆", "远山", "小满", "海风", "云岭"),
    kinds=("保养", "维修"),
    services=("首保", "常规保养", "大保养"),
    repairs=("更换刹车片", "空调维修", "钣金喷漆", "电瓶更换"),
    yes="是",
    no="否",
    unreadable="看不清",
    weekdays=(1.1, 0.95, 0.95, 0.95, 1.0, 1.25, 1.15),
    names={
        "family": tuple("安白常杜方葛何江柯蓝梅宁潘秦任石田温谢叶"),
        "first": tuple("晓文子思雨一嘉明若清"),
        "second": tuple("安宁然和舟山川林溪禾"),
    },
    title="维修记录导出(虚构数据)",
    total="合计",
)

_ES = Dialect(
    key="es",
    country="ES",
    encoding="cp1252",
    delimiter=";",
    suffix="csv",
    headers=(
        "Nº Orden",
        "Matrícula",
        "Bastidor",
        "Cliente",
        "Teléfono móvil",
        "Correo",
        "Modelo",
        "Entrada",
        "Entrega",
        "Kilómetros",
        "Tipo",
        "Trabajo",
        "Asesor",
        "Importe",
        "Acepta contacto",
        "Horario",
    ),
    datetime_format="%d/%m/%Y %H:%M",
    decimal=",",
    thousands=".",
    is_in_miles=False,
    has_check_digit=False,
    vin_prefix="VF9",
    models=("Brisa", "Sendero", "Mistral", "Ribera", "Cima"),
    kinds=("Mantenimiento", "Reparación"),
    services=("Primera revisión", "Revisión", "Revisión mayor"),
    repairs=("Pastillas de freno", "Climatizador", "Batería", "Chapa y pintura"),
    yes="Sí",
    no="No",
    unreadable="ilegible",
    weekdays=(1.2, 1.0, 1.0, 1.0, 1.1, 0.6, 0.0),
    names={
        "family": ("Ba", "Ce", "Do", "Gá", "Lu", "Mo", "Ñu", "Pe", "Qui", "Ró", "Ta", "Za"),
        "first": ("Al", "Be", "Dó", "E", "Í", "Lo", "Ne", "O", "Sa", "Vi"),
        "second": ("bena", "dira", "lino", "mera", "nito", "rén", "sela", "vano"),
    },
    title="Exportación de órdenes (datos inventados)",
    total="Total",
)

_EN = Dialect(
    key="en",
    country="US",
    encoding="utf-8-sig",
    delimiter=",",
    suffix="csv",
    headers=(
        "RO Number",
        "License Plate",
        "VIN",
        "Customer Name",
        "Cell Phone",
        "Email",
        "Model",
        "Open Date",
        "Close Date",
        "Odometer (mi)",
        "RO Type",
        "Labor Op",
        "Advisor",
        "Total",
        "Contact OK",
        "Best Time",
    ),
    datetime_format="%m/%d/%Y %I:%M %p",
    decimal=".",
    thousands=",",
    is_in_miles=True,
    has_check_digit=True,
    vin_prefix="1A9",
    models=("Larkspur", "Meadow", "Tern", "Quarry", "Fjord"),
    kinds=("Maintenance", "Repair"),
    services=("First service", "Scheduled service", "Major service"),
    repairs=("Brake pads", "A/C diagnosis", "Battery", "Body and paint"),
    yes="Y",
    no="N",
    unreadable="n/a",
    weekdays=(1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.0),
    names={
        "family": ("Ash", "Bram", "Cor", "Dun", "Fen", "Har", "Lin", "O'Mer", "Pel", "Wes"),
        "first": ("Al", "Be", "Co", "De", "Ja", "Ka", "Lo", "Mi", "Ro", "Zoë"),
        "second": ("bin", "den", "la", "mer", "na", "rin", "sa", "ven"),
    },
    title="Repair orders (invented data)",
    total="Total",
)

_XLSX = Dialect(**{**_ZH.__dict__, "key": "xlsx", "encoding": "", "delimiter": "", "suffix": "xlsx"})

DIALECTS: Mapping[str, Dialect] = {row.key: row for row in (_ZH, _ES, _EN, _XLSX)}
