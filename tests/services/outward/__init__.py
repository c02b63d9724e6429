"""Tests of 对外推送."""
