//! Matches a canonical path against a compiled path pattern.
//!
//! A pattern is URLPattern's pathname syntax without regular expressions; authoring compiles it to a *program*: its
//! canonical text, which is printable ASCII, with the op codes below between. Matching never backtracks: plain runs are
//! compared, and from the first op code that leaves a choice a set of positions walks the path once, so time is bounded
//! by the length of the path times that of the program.

/// One or more bytes other than `/`: a `:name`.
pub(crate) const SEGMENT: u8 = 1;
/// Any bytes: a `*`.
pub(crate) const ANY: u8 = 2;
/// A group that may be missing (`{…}?`). After each opening code: the length of the body, 2 bytes, little end first.
pub(crate) const OPTIONAL: u8 = 3;
/// A group that repeats (`{…}+`).
pub(crate) const REPEAT: u8 = 4;
/// A group that repeats or is missing (`{…}*`).
pub(crate) const ANY_TIMES: u8 = 5;
/// The end of a group, and again the length of its body.
pub(crate) const CLOSE: u8 = 6;
/// Bytes of an opening or closing code with its length.
const HEADER: usize = 3;

/// The literal text that every match begins with.
pub(crate) fn literal_prefix(program: &[u8]) -> &[u8] {
    let end = program.iter().position(|byte| *byte <= CLOSE).unwrap_or(program.len());
    program.get(..end).unwrap_or_default()
}

/// Whether the whole path matches.
pub(crate) fn matches(program: &[u8], path: &[u8]) -> bool {
    let (mut program, mut path) = (program, path);
    loop {
        match program.split_first() {
            None => return path.is_empty(),
            Some((&SEGMENT, rest)) if matches!(rest.first(), None | Some(b'/')) => {
                // Nothing but the next slash can end it, so there is no choice.
                let end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
                if end == 0 {
                    return false;
                }
                program = rest;
                path = path.get(end..).unwrap_or_default();
            }
            Some((&ANY, [])) => return true,
            Some((&(SEGMENT..=CLOSE), _)) => return walk(program, path),
            Some((literal, rest)) => match path.split_first() {
                Some((byte, after)) if byte == literal => (program, path) = (rest, after),
                _ => return false,
            },
        }
    }
}

/// Walks the path with the set of all positions in the program that the bytes so far may lead to.
fn walk(program: &[u8], path: &[u8]) -> bool {
    let mut now = Positions::new(program);
    let mut next = Positions::new(program);
    now.enter(0);
    for byte in path {
        for index in 0..now.list.len() {
            let Some(&at) = now.list.get(index) else { break };
            let after = at.saturating_add(1);
            match program.get(at) {
                Some(&SEGMENT) if *byte != b'/' => {
                    next.enter(at);
                    next.enter(after);
                }
                Some(&ANY) => next.enter(at),
                Some(literal) if *literal > CLOSE && literal == byte => next.enter(after),
                _ => {}
            }
        }
        core::mem::swap(&mut now, &mut next);
        next.clear();
        if now.list.is_empty() && !now.done {
            return false;
        }
    }
    now.done
}

/// A set of positions at which the program can go on, and whether it can be done.
struct Positions<'a> {
    program: &'a [u8],
    seen: Vec<bool>,
    list: Vec<usize>,
    pending: Vec<usize>,
    done: bool,
}

impl<'a> Positions<'a> {
    fn new(program: &'a [u8]) -> Self {
        let seen = vec![false; program.len()];
        Self { program, seen, list: Vec::new(), pending: Vec::new(), done: false }
    }

    fn clear(&mut self) {
        for at in self.list.drain(..) {
            if let Some(seen) = self.seen.get_mut(at) {
                *seen = false;
            }
        }
        self.done = false;
    }

    /// Adds a position and all that can be reached from it without taking a byte.
    fn enter(&mut self, at: usize) {
        self.pending.push(at);
        while let Some(at) = self.pending.pop() {
            match self.seen.get_mut(at) {
                None => self.done = true,
                Some(true) => continue,
                Some(seen) => {
                    *seen = true;
                    self.list.push(at);
                }
            }
            let inside = at.saturating_add(HEADER);
            let body = |at: usize| {
                let low = self.program.get(at.saturating_add(1)).copied().unwrap_or_default();
                let high = self.program.get(at.saturating_add(2)).copied().unwrap_or_default();
                usize::from(u16::from_le_bytes([low, high]))
            };
            match self.program.get(at) {
                Some(&ANY) => self.pending.push(at.saturating_add(1)),
                Some(&REPEAT) => self.pending.push(inside),
                Some(&(OPTIONAL | ANY_TIMES)) => {
                    let after = inside.saturating_add(body(at)).saturating_add(HEADER);
                    self.pending.extend([inside, after]);
                }
                Some(&CLOSE) => {
                    let start = at.saturating_sub(body(at));
                    let open = self.program.get(start.saturating_sub(HEADER));
                    if matches!(open, Some(&(REPEAT | ANY_TIMES))) {
                        self.pending.push(start);
                    }
                    self.pending.push(inside);
                }
                _ => {}
            }
        }
    }
}
