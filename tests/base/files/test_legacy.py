"""Texts in TCVN3 and VNI are told apart from Vietnamese, and from names of other languages."""

import subprocess
import unicodedata

import pytest

from multidim_poverty.base.files import legacy_text
from multidim_poverty.base.files.legacy import TCVN3, VNI

TEXTS = [
    ("Hộ nghèo", "Hé nghÌo", "Hoä ngheøo"),
    ("Nguyễn Văn A", "NguyÔn V¨n A", "Nguyeãn Vaên A"),
    ("Số thứ tự hộ", "Sè thø tù hé", "Soá thöù töï hoä"),
    ("Đường", "§­êng", "Ñöôøng"),
    ("Quê ở Hà Nội", "Quª ë Hµ Néi", "Queâ ôû Haø Noäi"),
    ("Trần Thị Hồng", "TrÇn ThÞ Hång", "Traàn Thò Hoàng"),
]


@pytest.mark.parametrize(("text", "tcvn3", "vni"), TEXTS)
def test_a_text_in_the_codes_of_old_fonts_is_named_and_decoded(text, tcvn3, vni):
    assert legacy_text(tcvn3) == ("TCVN3", text)
    assert legacy_text(vni) == ("VNI", text)
    assert legacy_text(text) is None


def test_a_title_in_capitals_is_decoded_in_capitals():
    assert legacy_text("DANH S¸CH Hé NGHÌO") == ("TCVN3", "DANH SÁCH HỘ NGHÈO")


@pytest.mark.parametrize(
    "text",
    ["", "Thôn 1", "H' Bia Niê", "Krông Nô", "Ea Pô", "Mlô", "café", "Bà Rịa", "Tày", "Mông",
     "Ê đê", "5 m²", "20 °C", "M'Nông", "Êban", "Hòa", "«Xã»", "Cận nghèo", "Não Kôn", "Ý Yên"],
)  # fmt: skip
def test_vietnamese_and_names_of_other_languages_are_left_alone(text):
    assert legacy_text(text) is None
    assert legacy_text(unicodedata.normalize("NFD", text)) is None


def test_each_letter_of_vietnamese_has_its_sign_in_vni():
    letters = {unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy"
               for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")}  # fmt: skip
    toned = {letter for letter in letters if not letter.isascii()} | {"đ"}
    assert toned <= set(VNI.values()) | {"ì", "í"}
    assert {letter.upper() for letter in toned} <= set(VNI.values()) | {"Ì", "Í"}


def test_the_table_of_tcvn3_is_that_of_iconv():
    try:
        for sign, letter in TCVN3.items():
            read = subprocess.run(
                ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"],
                input=sign.encode("latin-1") + b" ", capture_output=True, check=True,
            )  # fmt: skip
            if 0xB0 <= ord(sign) <= 0xB4:
                continue
            assert read.stdout.decode().strip() == letter
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("there is no iconv that knows TCVN5712-1")
