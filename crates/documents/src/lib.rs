//! Paper from values: the same input gives the same bytes.
