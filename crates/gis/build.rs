//! Links the system's PROJ, the one that GDAL uses too, instead of building another.

fn main() {
    if let Err(error) = pkg_config::Config::new()
        .atleast_version("9.1")
        .probe("proj")
    {
        println!("cargo::error=PROJ 9.1 or newer is needed (Debian: libproj-dev): {error}");
    }
}
