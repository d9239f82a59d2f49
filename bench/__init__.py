"""Measurements of processor time and start-up; figures for people, never a condition of a test."""
