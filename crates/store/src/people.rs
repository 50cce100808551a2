//! People: accounts, and the ways in which somebody is recognised.

pub mod accounts;
pub mod sessions;
pub mod sign_ins;
pub mod tokens;

pub use accounts::{AccountRow, NewAccount};

/// A SHA-256 digest of a secret; the secret itself is never kept.
pub type Digest = [u8; 32];
