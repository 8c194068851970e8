"""The helpline's side of Faro's API for machines: cases come sealed, and only your private key opens them."""

from faro_connector.cases import Callback, Case, Consent, Report, Said
from faro_connector.connector import Connector, Refused
from faro_connector.keys import CannotOpen, KeyPair, new_keys

__all__ = ["Callback", "CannotOpen", "Case", "Connector", "Consent", "KeyPair", "Refused", "Report", "Said", "new_keys"]
