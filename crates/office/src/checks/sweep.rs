//! Many parcels, one after the other, on all cores.

use std::{num::NonZero, thread};

use domain::geometry::Scratch;

/// Parcels judged before their answers are sent: some tenths of a second, some megabytes.
pub(super) const AT_ONCE: usize = 1_024;

/// Does work on each of some items, on all cores, and keeps their order. Takes the calling thread until it is done.
pub(crate) fn each<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(&I, &mut Scratch) -> T + Sync,
) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    let mut scratch = Scratch::default();
                    part.iter()
                        .map(|item| work(item, &mut scratch))
                        .collect::<Vec<T>>()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| match part.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_whatever_the_number_of_items() {
        for count in [0, 1, 2, 3, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(
                each(&items, |item, _| item * 2),
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }
}
