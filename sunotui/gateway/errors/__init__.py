"""Turns refusals and failures of gateways into errors that say whose fault they are."""
