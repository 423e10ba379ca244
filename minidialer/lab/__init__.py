"""The laboratory: a real Asterisk as PBX, another as carrier and agents' phones, on loopback."""

from .call_record import CarrierCall, read_call_record
from .customer import Behaviour, Customer, Mix, decide
from .lab import Lab

__all__ = ["Behaviour", "CarrierCall", "Customer", "Lab", "Mix", "decide", "read_call_record"]
