"""Translations in gettext .po files, one folder a locale.

A changed English paragraph leaves its translation fuzzy, and what is fuzzy is not served.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from babel import Locale as Cldr
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from api.files import BrokenFile, line_of

SOURCE_LOCALE = "en"


@dataclass(frozen=True)
class Locale:
    """A locale that Faro speaks or will speak (`locales/languages.yaml`)."""

    code: str
    name: str
    dir: str
    open: bool
    plurals: str
    reading: float
    long: int
    also: tuple[str, ...] = ()
    cldr: str = ""  # the Unicode name, where it is not the code: Serbian is Latin here

    @property
    def names(self) -> Cldr:
        """Countries, weekdays and times as this language writes them."""
        return Cldr.parse(self.cldr or self.code, sep="-")

    @property
    def folder(self) -> str:
        """gettext's spelling: pt-BR outside is pt_BR in folders."""
        return self.code.replace("-", "_")


def load_locales(locales: Path) -> dict[str, Locale]:
    rows = yaml.safe_load((locales / "languages.yaml").read_text("utf-8"))
    return {row["code"]: Locale(**row) for row in rows}


def po_files(locales: Path, locale: Locale) -> list[Path]:
    return sorted((locales / locale.folder / "LC_MESSAGES").glob("*.po"))


def load_translations(locales: Path, locale: Locale) -> dict[tuple[str, str], str]:
    """(msgctxt, msgid) -> sentence, without what is fuzzy or empty."""
    found = {}
    for path in po_files(locales, locale):
        for message in _read(path, locale):
            if message.id and message.string and not message.fuzzy:
                found[(message.context or "", str(message.id))] = str(message.string)
    return found


def update_po(locales: Path, locale: Locale, contexts: Iterable[tuple[str, str]]) -> None:
    """Bring a locale's files up to the source: new messages empty, changed ones fuzzy, gone ones dropped."""
    by_file: dict[str, Catalog] = {}
    for context, msgid in contexts:
        template = by_file.setdefault(context.split("/")[0], Catalog())
        template.add(msgid, context=context)
    for name, template in by_file.items():
        path = locales / locale.folder / "LC_MESSAGES" / f"{name}.po"
        catalog = _read(path, locale) if path.exists() else Catalog(locale=None)
        catalog.update(template, no_fuzzy_matching=False)
        catalog.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(catalog, locale))


def _read(path: Path, locale: Locale) -> Catalog:
    """A catalog, with the plurals that languages.yaml gives its language.

    Raises:
        BrokenFile: the file is not gettext's, or its plurals are another language's.
    """
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=None, domain=path.stem, abort_invalid=True)
    except PoFileError as error:
        what = f"this is not a .po file: {error}"
        raise BrokenFile(path, error.lineno, what, "Open it with Poedit, or take back the last change.") from None
    if (said := catalog.plural_forms.rstrip(";")) != locale.plurals.rstrip(";").strip():
        what = f"these plurals are not those of {locale.name}: {said}"
        raise BrokenFile(path, line_of(path, "Plural-Forms"), what, f"Write {locale.plurals}")
    return catalog


def _bytes(catalog: Catalog, locale: Locale) -> bytes:
    """Write with a header of ours: Babel's has the time of writing in it, which would change every file at every run."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, omit_header=True, sort_output=False)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {locale.folder}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {locale.plurals}\\n"\n\n'
    )
    return header.encode() + out.getvalue()
