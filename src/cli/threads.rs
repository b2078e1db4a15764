//! Runs work on many threads, with results in the order of the input.
//!
//! Input is divided into pieces. Each passes four steps: it is read, worked on, taken by every group, and finished.
//! Pieces are read and finished one by one in order, and each group takes them in order; pieces are worked on all at
//! once. A thread that is done with one step looks for another, so it waits only if there is none. The groups are
//! divided among the threads: what a group keeps is in the cache of its thread, and another one helps only where this
//! one falls behind.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::Stop;

/// The number of pieces in memory for each thread, at most.
const PIECES: usize = 3;
/// The number of groups for each thread, if there are several.
const GROUPS: usize = 4;

/// Returns the number of groups to divide work into.
pub(super) const fn groups(threads: usize) -> usize {
    if threads > 1 { threads.saturating_mul(GROUPS) } else { 1 }
}

/// The work of each step.
pub(super) struct Steps<N, M, T, E> {
    /// Reads the next piece, into memory that was used for another; returns false if there is none.
    pub(super) next: N,
    /// Works on a piece with a number, in a thread with a number.
    pub(super) make: M,
    /// Lets a group with a number take a piece.
    pub(super) take: T,
    /// Finishes a piece with the results of the groups, in any order.
    pub(super) end: E,
}

/// A piece between reading and its end.
struct InFlight<P, R> {
    /// `None` while it is worked on.
    piece: Option<Arc<P>>,
    results: Vec<R>,
}

/// A group, and the number of the piece that it takes next.
struct Group<G> {
    next: u64,
    /// `None` while it takes a piece.
    group: Option<G>,
}

/// The state of the work, which all threads share. What a thread uses is taken out.
struct Plan<P, G, R, N, E> {
    next: Option<N>,
    end: Option<E>,
    /// The source has ended, or no further piece is wanted after an error.
    has_ended: bool,
    /// The error of the last step.
    failed: Option<Stop>,
    /// The source's error, which is returned only if no piece before it failed.
    unread: Option<Stop>,
    /// The number of the first piece in flight.
    first: u64,
    in_flight: VecDeque<InFlight<P, R>>,
    groups: Vec<Group<G>>,
    /// Memory for further pieces.
    spare: Vec<P>,
    /// The number of threads that wait.
    waiting: usize,
}

/// The next step of a thread.
enum Job<P, G, R, N, E> {
    Next(N, P),
    Take(usize, G, u64, Arc<P>),
    End(E, Arc<P>, Vec<R>),
    Wait,
    Leave,
}

impl<P: Default, G, R, N, E> Plan<P, G, R, N, E> {
    /// Chooses what a thread does next.
    fn job(&mut self, thread: usize, threads: usize) -> Job<P, G, R, N, E> {
        let all = self.groups.len();
        if let Some(end) = self.end.take() {
            if let Some(first) = self.in_flight.front_mut()
                && first.results.len() >= all
                && let Some(piece) = first.piece.take()
            {
                return Job::End(end, piece, core::mem::take(&mut first.results));
            }
            self.end = Some(end);
        }
        if let Some(job) = (thread..all).step_by(threads).find_map(|group| self.take(group)) {
            return job;
        }
        if !self.has_ended
            && self.in_flight.len() < threads.saturating_mul(PIECES)
            && let Some(next) = self.next.take()
        {
            return Job::Next(next, self.spare.pop().unwrap_or_default());
        }
        if let Some(job) = (0..all).find_map(|group| self.take(group)) {
            return job;
        }
        // While another thread reads, a piece may follow.
        if self.in_flight.is_empty() && self.has_ended { Job::Leave } else { Job::Wait }
    }

    /// Lets a group take its next piece, if that is ready.
    fn take(&mut self, number: usize) -> Option<Job<P, G, R, N, E>> {
        let Group { next, group } = self.groups.get_mut(number)?;
        let position = usize::try_from(next.checked_sub(self.first)?).ok()?;
        let piece = Arc::clone(self.in_flight.get(position)?.piece.as_ref()?);
        Some(Job::Take(number, group.take()?, *next, piece))
    }

    fn in_flight(&mut self, piece: u64) -> Option<&mut InFlight<P, R>> {
        self.in_flight.get_mut(usize::try_from(piece.checked_sub(self.first)?).ok()?)
    }
}

/// Lets threads pass pieces through all [`Steps`]. Returns the groups. After an error no further piece is read.
pub(super) fn in_steps<P, G, R, N, M, T, E>(
    threads: usize,
    groups: Vec<G>,
    Steps { next, make, take, end }: Steps<N, M, T, E>,
) -> Result<Vec<G>, Stop>
where
    P: Default + Send + Sync,
    G: Send,
    R: Send,
    N: FnMut(&mut P) -> Result<bool, Stop> + Send,
    M: Fn(&mut P, u64, usize) + Sync,
    T: Fn(&mut G, usize, &P) -> R + Sync,
    E: FnMut(&P, Vec<R>) -> Result<(), Stop> + Send,
{
    let threads = threads.max(1);
    let plan = Mutex::new(Plan {
        next: Some(next),
        end: Some(end),
        has_ended: false,
        failed: None,
        unread: None,
        first: 0,
        in_flight: VecDeque::new(),
        groups: groups.into_iter().map(|group| Group { next: 0, group: Some(group) }).collect(),
        spare: Vec::new(),
        waiting: 0,
    });
    let moved = Condvar::new();
    let run = |thread: usize| {
        let mut open = lock(&plan);
        loop {
            let job = open.job(thread, threads);
            if matches!(job, Job::Wait) {
                open.waiting = open.waiting.saturating_add(1);
                open = moved.wait(open).unwrap_or_else(PoisonError::into_inner);
                open.waiting = open.waiting.saturating_sub(1);
                continue;
            }
            drop(open);
            open = match job {
                Job::Wait | Job::Leave => return,
                Job::Next(mut next, mut piece) => {
                    let read = next(&mut piece);
                    let mut open = lock(&plan);
                    open.next = Some(next);
                    match read {
                        Ok(true) if open.failed.is_none() => {
                            let number = open.first.wrapping_add(open.in_flight.len() as u64);
                            open.in_flight.push_back(InFlight { piece: None, results: Vec::new() });
                            wake(&open, &moved);
                            drop(open);
                            make(&mut piece, number, thread);
                            open = lock(&plan);
                            if let Some(own) = open.in_flight(number) {
                                own.piece = Some(Arc::new(piece));
                            }
                        }
                        Ok(_) => open.has_ended = true,
                        Err(stop) => {
                            open.has_ended = true;
                            open.unread.get_or_insert(stop);
                        }
                    }
                    open
                }
                Job::Take(number, mut group, piece_number, piece) => {
                    let result = take(&mut group, number, &piece);
                    drop(piece);
                    let mut open = lock(&plan);
                    if let Some(own) = open.groups.get_mut(number) {
                        *own = Group { next: piece_number.wrapping_add(1), group: Some(group) };
                    }
                    if let Some(own) = open.in_flight(piece_number) {
                        own.results.push(result);
                    }
                    open
                }
                Job::End(mut end, piece, results) => {
                    // After an error the pieces in flight are only let go.
                    let failed = lock(&plan).failed.is_some();
                    let result = if failed { Ok(()) } else { end(&piece, results) };
                    let mut open = lock(&plan);
                    open.end = Some(end);
                    open.first = open.first.wrapping_add(1);
                    open.in_flight.pop_front();
                    open.spare.extend(Arc::into_inner(piece));
                    if let Err(stop) = result {
                        (open.failed, open.has_ended) = (Some(stop), true);
                    }
                    open
                }
            };
            wake(&open, &moved);
        }
    };
    thread::scope(|scope| {
        for thread in 1..threads {
            let run = &run;
            scope.spawn(move || run(thread));
        }
        run(0);
    });
    let Plan { failed, unread, groups, .. } = plan.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failed.or(unread) {
        Some(stop) => Err(stop),
        None => Ok(groups.into_iter().filter_map(|own| own.group).collect()),
    }
}

/// Wakes the threads that wait.
fn wake<P, G, R, N, E>(plan: &Plan<P, G, R, N, E>, moved: &Condvar) {
    if plan.waiting > 0 {
        moved.notify_all();
    }
}

/// A poisoned lock is used anyway: no thread can panic and leave the program running.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As [`in_steps`], without groups.
pub(super) fn in_order<P: Default + Send + Sync>(
    threads: usize,
    next: impl FnMut(&mut P) -> Result<bool, Stop> + Send,
    make: impl Fn(&mut P) + Sync,
    mut end: impl FnMut(&P) -> Result<(), Stop> + Send,
) -> Result<(), Stop> {
    let make = |piece: &mut P, _: u64, _: usize| make(piece);
    let take = |(): &mut (), _: usize, _: &P| ();
    let end = move |piece: &P, _: Vec<()>| end(piece);
    in_steps(threads, Vec::new(), Steps { next, make, take, end }).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes this many numbered pieces through all steps. Returns what each group took, and what came to an end.
    fn pass(threads: usize, count: u64, fails_at: Option<u64>) -> (Option<Vec<Vec<u64>>>, Vec<u64>) {
        let (mut read, mut ended) = (0, Vec::new());
        let taken = in_steps(
            threads,
            vec![Vec::new(); groups(threads)],
            Steps {
                next: |piece: &mut (u64, u64)| {
                    *piece = (read, 0);
                    read += 1;
                    Ok(read <= count)
                },
                make: |piece: &mut (u64, u64), number, thread| {
                    assert!(piece.0 == number && thread < threads);
                    // Some take longer.
                    (0..number % 7 * 1_000).for_each(|at| piece.1 = std::hint::black_box(at));
                    piece.1 = number * 2;
                },
                take: |group: &mut Vec<u64>, number: usize, piece: &(u64, u64)| {
                    group.push(piece.1);
                    number
                },
                end: |piece: &(u64, u64), mut results: Vec<usize>| {
                    results.sort_unstable();
                    assert!(results.into_iter().eq(0..groups(threads)));
                    ended.push(piece.0);
                    if fails_at == Some(piece.0) { Err(Stop::Closed) } else { Ok(()) }
                },
            },
        );
        (taken.ok(), ended)
    }

    #[test]
    fn pieces_are_taken_and_finished_in_order() {
        for (threads, count) in [(1, 0), (1, 9), (2, 1), (2, 500), (5, 500)] {
            let (taken, ended) = pass(threads, count, None);
            let all: Vec<u64> = (0..count).map(|number| number * 2).collect();
            assert_eq!(taken, Some(vec![all; groups(threads)]));
            assert!(ended.into_iter().eq(0..count));
        }
    }

    #[test]
    fn nothing_is_finished_after_an_error() {
        for threads in [1, 2, 5] {
            let (taken, ended) = pass(threads, 500, Some(20));
            assert_eq!(taken, None);
            assert!(ended.into_iter().eq(0..=20));
        }
    }
}
