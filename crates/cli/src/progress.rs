//! The progress bar of a long command: how much, how fast, how long still.

use std::fmt::Write;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use office::surveys::{Progress, Stage};

/// A bar on standard error; none where standard error is no terminal.
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub fn new() -> Self {
        let style = ProgressStyle::with_template(
            "{msg:26} {bar:30} {percent:>3} %  {pos} de {len}  {ritmo}  faltan {eta}",
        );
        let bar = ProgressBar::new(0);
        if let Ok(style) = style {
            bar.set_style(
                style.with_key("ritmo", |state: &ProgressState, out: &mut dyn Write| {
                    let _ = write!(out, "{:.0} filas/s", state.per_sec());
                }),
            );
        }
        Self { bar }
    }

    pub fn show(&self, progress: Progress) {
        let message = match progress.stage {
            Stage::Codes => "Leyendo los códigos",
            Stage::Rows => "Revisando las filas",
            Stage::Comparing => "Comparando con lo vigente",
        };
        self.bar.set_length(progress.total.max(progress.done));
        if self.bar.message() != message {
            self.bar.set_message(message);
            self.bar.reset_elapsed();
        }
        self.bar.set_position(progress.done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
