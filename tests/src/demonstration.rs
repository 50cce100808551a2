//! The demonstration province, made once for each size and copied: to make it takes seconds, to copy it a tenth.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

/// Hours that the day of the province begins after that of Greenwich.
const LIMA: u64 = 5;

/// Puts a province of so many parcels, made by `make` where this program has not made one today, into `folder`.
pub(crate) fn put(
    parcels: u32,
    program: &Path,
    shelf: &Path,
    folder: &Path,
    make: impl FnOnce() -> PathBuf,
) {
    fs::create_dir_all(shelf).expect("a shelf");
    // Other tests copy, make and clear away at the same time.
    let lock = File::create(shelf.join("uso")).expect("a lock");
    let made = shelf.join(edition(program)).join(parcels.to_string());
    lock.lock_shared().expect("a lock");
    if !made.exists() {
        lock.unlock().expect("a lock");
        lock.lock().expect("a lock");
        if !made.exists() {
            clear(shelf, made.parent().expect("its edition"));
            let half = made.with_extension("a-medias");
            copy(&make(), &half);
            fs::rename(&half, &made).expect("a province");
        }
    }
    copy(&made, folder);
}

/// What a province depends on besides its size: the program, and the day.
fn edition(program: &Path) -> String {
    let about = fs::metadata(program).expect("the program");
    let since = |moment: SystemTime| moment.duration_since(UNIX_EPOCH).expect("a time");
    let built = since(about.modified().expect("a time")).as_nanos();
    let day = (since(SystemTime::now()).as_secs() - LIMA * 3600) / 86_400;
    format!("{built}-{}-{day}", about.len())
}

/// Throws away the provinces of other programs and days.
fn clear(shelf: &Path, own: &Path) {
    for entry in fs::read_dir(shelf).expect("a shelf").flatten() {
        if entry.path() != own && entry.path().is_dir() {
            fs::remove_dir_all(entry.path()).expect("cleared away");
        }
    }
    fs::create_dir_all(own).expect("a shelf");
}

/// With owners and modes: the database has an account of its own.
fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.expect("cp").success(), "to {}", to.display());
}
