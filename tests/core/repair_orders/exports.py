"""Makes small repair-order exports in the dialects that dealers' systems write; every person in them is invented."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import openpyxl

HEADERS = {
    "zh": "委托书号,车牌号,VIN码,车主姓名,手机,电子邮箱,车型,进厂时间,交车时间,行驶里程(公里),维修类型,维修项目,"
    "服务顾问,结算金额,是否同意回访,方便联系时间",
    "tw": "工單號,車牌號碼,車身號碼,車主姓名,手機號碼,電子郵件,車型,進廠時間,交車時間,里程數,維修類型,維修項目,"
    "服務顧問,結算金額,同意回訪,方便聯絡時間",
    "es": "Nº Orden,Matrícula,Bastidor,Cliente,Teléfono móvil,Correo,Modelo,Entrada,Entrega,Kilómetros,Tipo,Trabajo,"
    "Asesor,Importe,Acepta contacto,Horario",
    "en": "RO Number,License Plate,VIN,Customer Name,Cell Phone,Email,Model,Open Date,Close Date,Odometer (mi),"
    "RO Type,Labor Op,Advisor,Total,Contact OK,Best Time",
}
COLUMNS = (
    "number",
    "plate",
    "vin",
    "name",
    "phone",
    "email",
    "model",
    "opened",
    "closed",
    "odometer",
    "kind",
    "work",
    "advisor",
    "total",
    "answer",
    "window",
)
# Legal in the region that checks them: the ninth character is right.
VIN_CHINA = "LZWACAGA6E4123458"
VIN_CHINA_OTHER = "LZWACAGA4E4123457"
VIN_SPAIN = "VF3JJFJX3LG411782"
VIN_AMERICA = "1G1TDJJ89RA089515"


class Dialect(NamedTuple):
    """How one system writes."""

    language: str
    encoding: str
    delimiter: str
    country: str
    moment: str


DIALECTS = {
    "china": Dialect("zh", "gb18030", ",", "CN", "%Y/%m/%d %H:%M"),
    "china_utf8": Dialect("zh", "utf-8", "\t", "CN", "%Y-%m-%d %H:%M:%S"),
    "china_utf16": Dialect("zh", "utf-16", "\t", "CN", "%Y年%m月%d日 %H:%M"),
    "taiwan": Dialect("tw", "cp950", ",", "TW", "%Y/%m/%d %H:%M"),
    "spain": Dialect("es", "cp1252", ";", "ES", "%d/%m/%Y %H:%M"),
    "spain_utf8": Dialect("es", "utf-8", ";", "ES", "%d-%m-%y %H:%M"),
    "america": Dialect("en", "utf-8-sig", ",", "US", "%m/%d/%Y %I:%M %p"),
    "britain": Dialect("en", "utf-16-le", ",", "GB", "%d.%m.%Y %H.%M"),
}


def row(*, moment: str = "%Y/%m/%d %H:%M", **cells: str | datetime) -> list[str]:
    """Return one row, Anna's by default; moments are written as the dialect does."""
    usual: dict[str, str | datetime] = {
        "number": "RO1",
        "plate": "桂A12345",
        "vin": VIN_CHINA,
        "name": "安娜",
        "phone": "13973857493",
        "email": "anna@example.com",
        "model": "宏光S",
        "opened": datetime(2026, 11, 18, 9, 30),  # noqa: DTZ001 - a DMS writes wall time
        "closed": datetime(2026, 11, 18, 16, 5),  # noqa: DTZ001
        "odometer": "21761",
        "kind": "保养",
        "work": "大保养",
        "advisor": "A1",
        "total": "748.18",
        "answer": "是",
        "window": "18:00-20:00",
    }
    usual.update(cells)
    return [cell if isinstance(cell, str) else cell.strftime(moment) for cell in (usual[name] for name in COLUMNS)]


def text_file(
    rows: Sequence[Sequence[str]],
    *,
    language: str = "zh",
    encoding: str = "utf-8",
    delimiter: str = ",",
    titles: Sequence[str] = (),
) -> io.BytesIO:
    """Return an export as delimited text."""
    text = io.StringIO(newline="")
    for title in titles:
        text.write(f"{title}\r\n")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADERS[language].split(","))
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def workbook(rows: Sequence[Sequence[object]], *, language: str = "zh") -> io.BytesIO:
    """Return an export as Excel writes it: a merged title above the header, a sum below the rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["维修记录导出 截至2026-11-20"])
    sheet.merge_cells("A1:P1")
    sheet.append(HEADERS[language].split(","))
    for cells in rows:
        sheet.append(list(cells))
    sheet.append(["合计", f"{len(rows)}条"])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream
