"""What was learned about gateways: capabilities, prices, balances, personas and word timings."""
