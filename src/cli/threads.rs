//! Runs work on many threads, with results in the order of the input.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::Stop;

/// A value that threads use in turn, in the order of the pieces of work.
pub(super) struct InTurn<T> {
    /// The number of the piece whose turn it is.
    next: Mutex<(u64, T)>,
    moved: Condvar,
}

impl<T> InTurn<T> {
    pub(super) const fn new(inner: T) -> Self {
        Self { next: Mutex::new((0, inner)), moved: Condvar::new() }
    }

    /// Waits for the turn of a piece, then calls `take`. Every piece must call this exactly once.
    pub(super) fn take<R>(&self, piece: u64, take: impl FnOnce(&mut T) -> R) -> R {
        let mut next = lock(&self.next);
        while next.0 != piece {
            next = self.moved.wait(next).unwrap_or_else(PoisonError::into_inner);
        }
        let result = take(&mut next.1);
        next.0 = piece.wrapping_add(1);
        drop(next);
        self.moved.notify_all();
        result
    }

    pub(super) fn into_inner(self) -> T {
        self.next.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// A poisoned lock is used anyway: no thread can panic and leave the program running.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets threads work on pieces: `next` gives a thread the next piece, or returns false if there is none; `make` does
/// the work on it, with all others at once; `end` takes the results in the order of the pieces. A piece stays in the
/// memory of its thread, which is used again for the next. After an error no further piece is begun.
pub(super) fn in_order<L: Default>(
    threads: usize,
    next: impl FnMut(&mut L) -> Result<bool, Stop> + Send,
    make: impl Fn(&mut L, u64) + Sync,
    end: impl FnMut(&mut L) -> Result<(), Stop> + Send,
) -> Result<(), Stop> {
    let source = Mutex::new((0u64, next));
    let results = InTurn::new((None, end));
    // The source's error, which is returned only if no piece before it failed.
    let unread: Mutex<Option<Stop>> = Mutex::new(None);
    let ended = AtomicBool::new(false);
    let run = || {
        let mut local = L::default();
        while !ended.load(Ordering::Relaxed) {
            let piece = {
                let mut source = lock(&source);
                let (number, next) = &mut *source;
                match next(&mut local) {
                    Ok(true) => {
                        let piece = *number;
                        *number = piece.wrapping_add(1);
                        piece
                    }
                    Ok(false) => break,
                    Err(stop) => {
                        ended.store(true, Ordering::Relaxed);
                        lock(&unread).get_or_insert(stop);
                        break;
                    }
                }
            };
            make(&mut local, piece);
            results.take(piece, |(failed, end)| {
                if failed.is_none()
                    && let Err(stop) = end(&mut local)
                {
                    ended.store(true, Ordering::Relaxed);
                    *failed = Some(stop);
                }
            });
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    let unread = unread.into_inner().unwrap_or_else(PoisonError::into_inner);
    match results.into_inner().0.or(unread) {
        Some(stop) => Err(stop),
        None => Ok(()),
    }
}
