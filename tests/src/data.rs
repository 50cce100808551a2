use std::path::{Path, PathBuf};

/// A file of the shared test data; says that the test skips where it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(path);
    if file.exists() {
        return Some(file);
    }
    #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
    {
        eprintln!("SE OMITE: falta ../shared/data/{path}");
    }
    None
}
