//! catastro
fn main() {}
