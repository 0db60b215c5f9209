"""The exchange with the neighbour (P-18): the sheet, the reply form, what is owed and missed, the guest seat."""
