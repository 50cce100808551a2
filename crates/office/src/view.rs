//! The shapes that people and clients see, in Spanish.
