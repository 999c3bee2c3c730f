"""A list of customers is read whole, or refused with each wrong line and what to do there."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import RefusedRows
from assistant.ports.customers import Key, Told
from assistant.support import customer_sheet
from assistant.support.customer_sheet import Fault, in_words, sheet_in, sheet_of


def faults(text: str) -> list[tuple[int, Fault]]:
    return [(each.line, each.fault) for each in sheet_in(text.encode()).wrong]


def test_a_file_tells_of_each_customer() -> None:
    sheet = sheet_in("Customer, Plan ,orders\r\n1042,pro,17\r\n\r\n7,,2.50\r\n".encode("utf-8-sig"))
    assert sheet.checked().key is Key.CUSTOMER
    assert sheet.tellings == {
        "1042": {"plan": Told("pro"), "orders": Told("17", 17)},
        "7": {"plan": None, "orders": Told("2.5", 2.5)},
    }


def test_semicolons_bring_decimal_commas() -> None:
    sheet = sheet_in(b"visitor;value;name\nv-1;12,5;a,b\n")
    assert sheet.key is Key.VISITOR
    assert sheet.tellings == {"v-1": {"value": Told("12.5", 12.5), "name": Told("a,b")}}


def test_what_only_looks_like_a_number_stays_text() -> None:
    telling = sheet_in(b"customer,zip,big\n1,01000,1e9\n").tellings["1"]
    assert telling == {"zip": Told("01000"), "big": Told("1e9")}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", [(1, Fault.NO_KEY)]),
        ("plan,orders\npro,1\n", [(1, Fault.NO_KEY)]),
        ("customer,visitor,plan\n1,2,pro\n", [(1, Fault.TWO_KEYS)]),
        ("customer\n1\n", [(1, Fault.NO_ATTRIBUTE)]),
        ("customer,\n1,2\n", [(1, Fault.NAME)]),
        ("customer,plan,PLAN\n1,2,3\n", [(1, Fault.NAME_TWICE)]),
        ("customer," + ",".join(f"a{n}" for n in range(20)) + "\n", [(1, Fault.TOO_WIDE)]),
        ("customer,plan\n1\n2,a,b\n", [(2, Fault.CELLS), (3, Fault.CELLS)]),
        ("customer,plan\n ,pro\n", [(2, Fault.EMPTY_KEY)]),
        ("customer,plan\n" + "x" * 201 + ",pro\n", [(2, Fault.LONG_KEY)]),
        ('customer,plan\n1,"a\nb"\n1,pro\n', [(4, Fault.TWICE)]),
        ("customer,plan\n1," + "x" * 101 + "\n", [(2, Fault.LONG_VALUE)]),
        ("customer,size\n1,3..10\n", [(2, Fault.BAND)]),
        ('customer,plan\n1,"pro\n', [(1, Fault.NOT_CSV)]),
    ],
)
def test_every_wrong_line_is_named(text: str, wrong: list[tuple[int, Fault]]) -> None:
    assert faults(text) == wrong


def test_another_encoding_is_told() -> None:
    assert [each.fault for each in sheet_in("customer,pays\n1,Liège\n".encode("cp1252")).wrong] == [
        Fault.NOT_UTF8
    ]


def test_a_list_that_is_too_long_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_sheet, "MOST_ROWS", 2)
    assert faults("customer,plan\n1,a\n2,b\n3,c\n4,d\n") == [(4, Fault.TOO_MANY)]


def test_rows_of_a_request_are_told_as_a_file_is() -> None:
    sheet = sheet_of([{"customer": "1", "Plan": "pro"}, {"customer": 2, "churned": True, "n": 1.5}])
    assert sheet.checked().tellings == {
        "1": {"plan": Told("pro")},
        "2": {"churned": Told("true"), "n": Told("1.5", 1.5)},
    }


def test_a_row_that_names_nobody_is_wrong() -> None:
    rows: list[dict[str, Any]] = [{"customer": "1", "plan": "pro"}, {"plan": "pro"}]
    assert [(each.line, each.fault) for each in sheet_of(rows).wrong] == [(2, Fault.EMPTY_KEY)]


def test_a_refusal_names_lines_and_remedies_and_repeats_no_value() -> None:
    with pytest.raises(RefusedRows) as refused:
        sheet_in(b"customer,plan\nsecret-id,a\nsecret-id,1..2\n").checked()
    told = str(refused.value)
    assert "Line 3: The customer stands in line 2, too; keep one of both." in told
    assert "secret-id" not in told
    assert "1..2" not in told


@pytest.mark.parametrize("locale", ["en", "fr-CA"])
@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_its_words(fault: Fault, locale: str) -> None:
    values: dict[str, str | int] = dict.fromkeys(
        ("column", "longest", "most", "found", "wanted", "key", "first", "name"), 1
    )
    words = in_words(customer_sheet.Wrong(1, fault, values), locale)
    assert words.endswith(".")
    assert ";" in words
