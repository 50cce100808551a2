//! Writes the zones and the norm of Comodoro into a folder, for `script/bench`: `comodoro_law FOLDER`.

use std::{env, error::Error, fs, path::PathBuf};

use catastro_tests::{comodoro::Zoning, shared};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("a folder")?);
    let Some(zones) = shared("ar-comodoro/moyobamba_32718/zonificacion.gpkg") else {
        return Ok(());
    };
    let zoning = Zoning::read(&zones);
    fs::write(folder.join("zonas.geojson"), zoning.zones.to_string())?;
    // The town has none of what limits buildings besides its zones: its verdicts are of the norm.
    let themes = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../data/temas"))?;
    let themes: Vec<String> = themes
        .filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    let themes: Vec<&str> = themes.iter().map(String::as_str).collect();
    let norm = zoning.norm("220101", &themes);
    fs::write(folder.join("norma.json"), norm.to_string())?;
    Ok(())
}
