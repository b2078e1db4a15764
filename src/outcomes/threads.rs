//! Independent pieces of a calculation, on several threads if the caller has them.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Small pieces that a thread takes at once.
const TOGETHER: usize = 1_000;

/// Called with the number of finished pieces and of all pieces.
pub(super) type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Returns the results of `make` for the pieces `0..count`, in their order, whatever the number of threads. `progress`
/// is called on the calling thread, which works too.
pub(super) fn map<T: Send>(
    threads: usize,
    count: usize,
    make: impl Fn(usize) -> T + Sync,
    progress: Progress<'_>,
) -> Vec<T> {
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = |progress: Progress<'_>| {
        let mut own = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= count {
                return own;
            }
            own.push((piece, make(piece)));
            progress(finished.fetch_add(1, Ordering::Relaxed) as u64 + 1, count as u64);
        }
    };
    let mut in_order: Vec<Option<T>> = (0..count).map(|_| None).collect();
    for (piece, result) in on_all(threads.min(count), &work, progress) {
        in_order[piece] = Some(result);
    }
    in_order.into_iter().flatten().collect()
}

/// Like [`map`], for many small pieces.
pub(super) fn each<T: Send>(
    threads: usize,
    count: usize,
    make: impl Fn(usize) -> T + Sync,
    progress: Progress<'_>,
) -> Vec<T> {
    let together = |from: usize| (from * TOGETHER..count.min((from + 1) * TOGETHER)).map(&make).collect::<Vec<T>>();
    let mut all = Vec::with_capacity(count);
    let report: Progress<'_> = &mut |done, _| progress((done * TOGETHER as u64).min(count as u64), count as u64);
    for results in map(threads, count.div_ceil(TOGETHER), together, report) {
        all.extend(results);
    }
    all
}

/// Runs the work on the calling thread and on `threads - 1` others. Returns the results of all.
#[cfg(feature = "cli")]
fn on_all<T: Send>(threads: usize, work: &(impl Fn(Progress<'_>) -> Vec<T> + Sync), progress: Progress<'_>) -> Vec<T> {
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| work(&mut |_, _| {}))).collect();
        let mut all = work(progress);
        for other in others {
            match other.join() {
                Ok(own) => all.extend(own),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// WebAssembly has one thread.
#[cfg(not(feature = "cli"))]
fn on_all<T>(_: usize, work: &impl Fn(Progress<'_>) -> Vec<T>, progress: Progress<'_>) -> Vec<T> {
    work(progress)
}

#[cfg(test)]
mod tests {
    use super::{each, map};

    #[test]
    fn results_are_in_the_order_of_the_pieces_and_all_are_counted() {
        for threads in [1, 3, 40] {
            for count in [0, 1, 2, 33] {
                let calls = std::cell::Cell::new(0);
                let squares = map(threads, count, |piece| piece * piece, &mut |done, all| {
                    assert!(done <= all && all == count as u64, "{done} of {all}");
                    calls.set(calls.get() + 1);
                });
                assert_eq!(squares, (0..count).map(|piece| piece * piece).collect::<Vec<_>>());
                assert!(threads > 1 || calls.get() == count, "{} calls for {count} pieces", calls.get());
            }
        }
    }

    #[test]
    fn small_pieces_are_in_their_order_and_progress_ends_with_all() {
        for (threads, count) in [(1, 0), (1, 999), (1, 2_001), (3, 1_000), (3, 10_007)] {
            let mut last = 0;
            let same = each(threads, count, |piece| piece, &mut |done, _| last = done);
            assert_eq!(same, (0..count).collect::<Vec<_>>());
            assert!(threads > 1 || last == count as u64, "{last} of {count}");
        }
    }
}
