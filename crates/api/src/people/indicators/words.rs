//! Trends, as pages show them.

/// What a trend looks like.
pub fn trend_class(trend: &str) -> &'static str {
    match trend {
        "mejora" => "bien",
        "empeora" => "mal",
        _ => "dato",
    }
}
