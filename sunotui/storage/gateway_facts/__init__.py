"""What was learned of gateways: capabilities, prices, balances, personas, word timings."""
