//! What the looks of a drawing mean: lines of a list, each with a sample.

use office::tiles;

use crate::people::escaped;

/// A line of a legend: a sample of a look, and what it stands for.
pub fn legend_of_zone(class: &str, words: &str) -> String {
    let Ok(palette) = tiles::palette() else {
        return String::new();
    };
    let lines = texture(palette.texture(class)).unwrap_or_default();
    format!(
        "<li><svg viewBox=\"0 0 12 8\" aria-hidden=\"true\"><rect width=\"12\" height=\"8\" fill=\"{}\"/><path d=\"{lines}\" fill=\"none\" stroke=\"#3a3a3a\" stroke-opacity=\".7\"/></svg>{}</li>",
        escaped(palette.color(class)),
        escaped(words)
    )
}

/// A line of a legend for a look of `catastro.css`.
pub fn legend_of_look(look: &str, words: &str) -> String {
    format!(
        "<li><svg class=\"plano\" viewBox=\"0 0 12 8\" aria-hidden=\"true\"><path class=\"{}\" d=\"M1 1H11V7H1Z\"/></svg>{}</li>",
        escaped(look),
        escaped(words)
    )
}

/// A texture on a field of eight by eight, as the path of an SVG, by the name that `colores_zonas.json` gives it.
pub fn texture(name: &str) -> Option<&'static str> {
    Some(match name {
        "puntos_ralos" => "M3.6 4h.8",
        "puntos" => "M1.6 2h.8M5.6 6h.8",
        "puntos_densos" => "M1 1.5h1M5 1.5h1M3 4h1M7 4h1M1 6.5h1M5 6.5h1",
        "cuadros" => "M0 0H8M0 0V8",
        "rayas" => "M-1 1L1 -1M0 8L8 0M7 9L9 7",
        "rayas_ralas" => "M2 6L6 2",
        "rayas_densas" => "M0 4L4 0M0 8L8 0M4 8L8 4",
        "rayas_inversas" => "M0 0L8 8M-1 7L1 9M7 -1L9 1",
        "rombos" => "M0 4L4 0L8 4L4 8Z",
        "horizontales" => "M0 2H8M0 6H8",
        "horizontales_ralas" => "M0 4H8",
        "verticales" => "M2 0V8M6 0V8",
        "cruces" => "M4 2V6M2 4H6",
        "hierba" => "M1 3L2.5 6L4 3M5 6.5L6 4.5L7 6.5",
        "surcos" => "M0 3Q2 1 4 3T8 3M0 7Q2 5 4 7T8 7",
        _ => return None,
    })
}

/// A line of a legend for ground in one colour, as [`Drawing::restriction`] paints it.
pub fn legend_of_color(color: &str, words: &str) -> String {
    let color = escaped(color);
    format!(
        "<li><svg class=\"plano\" viewBox=\"0 0 12 8\" aria-hidden=\"true\"><path class=\"restriccion\" fill=\"{color}\" stroke=\"{color}\" d=\"M1 1H11V7H1Z\"/></svg>{}</li>",
        escaped(words)
    )
}
