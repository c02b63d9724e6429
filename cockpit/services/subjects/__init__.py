"""指标主体: what indicators count that is no event: alarms, gridworkers, grids, records of the books."""
