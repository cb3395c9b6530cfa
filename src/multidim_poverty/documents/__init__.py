"""Papers of a review as Word files in Vietnamese: minutes, notice, decision, certificates.

Needs the extra ``docx``. What the tables do not hold (names, identity numbers, signatures) is
left as a blank to fill in by hand, as far as an `Office` does not tell it; nothing is made up. Who
signs for which body, and how a paper looks, is data of the law (``law/clerical_work.toml``).
Places are printed as they stand in the tables, so name them in full there ("Xã Ea Kao", "Thôn
Đông"). The foot of each page names the law that the paper rests on, and says what is unconfirmed,
unless an `Office` names who compared it. Sheets and rows stand by commune, village, day and
household, in the order of the Vietnamese alphabet with numbers as numbers. Control characters in
names are printed as spaces. An office can give its own Word template.

The same table gives the same file, byte for byte: the author in its properties is the name of
this package, and its date is the last day in the table, not the day of writing.
"""

from multidim_poverty.documents.certificates import write_certificates
from multidim_poverty.documents.decision import write_decision
from multidim_poverty.documents.minutes import write_minutes
from multidim_poverty.documents.notice import write_notice
from multidim_poverty.documents.office import Office
from multidim_poverty.documents.templates import write_template

__all__ = [
    "Office",
    "write_certificates",
    "write_decision",
    "write_minutes",
    "write_notice",
    "write_template",
]


def __dir__() -> list[str]:
    return __all__
