"""预测: the probability that an open event becomes overtime, and how many reports tomorrow brings."""
