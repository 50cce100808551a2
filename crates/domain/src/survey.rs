//! Surveys: what a file brings, and what is found in it.
