"""预测: counts that are true, probabilities that come as often as they say, and no number where there is none."""
