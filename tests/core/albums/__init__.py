"""Tests of albums as folders."""
