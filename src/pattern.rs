//! Matches a canonical path against a compiled path pattern.
//!
//! A pattern is URLPattern's pathname syntax without regular expressions; authoring compiles it to a *program*: its
//! canonical text, which is printable ASCII, with the op codes below between. Time is bounded by the length of the path
//! times that of the program.

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

/// The text that begins every path which a program may match, a trailing slash left open.
pub(crate) fn literal_prefix(program: &[u8]) -> &[u8] {
    let end = program.iter().position(|byte| *byte <= CLOSE).unwrap_or(program.len());
    let literal = program.get(..end).unwrap_or_default();
    literal.strip_suffix(b"/").unwrap_or(literal)
}

/// Whether the whole path matches.
///
/// Without groups nothing but a `*` leaves a choice, and of several the last is enough to come back to: what stands
/// between two of them never ends later for beginning earlier.
pub(crate) fn matches(program: &[u8], path: &[u8]) -> bool {
    let (mut at, mut done) = (0usize, 0usize);
    let mut back = None;
    loop {
        let next = at.wrapping_add(1);
        let rest = path.get(done..).unwrap_or_default();
        let taken = match program.get(at) {
            None if rest.is_empty() => return true,
            Some(&ANY) => {
                if next == program.len() {
                    return true;
                }
                back = Some((next, done));
                at = next;
                continue;
            }
            // Nothing but the next slash or the end can end it.
            Some(&SEGMENT) if matches!(program.get(next), None | Some(b'/')) => {
                rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len())
            }
            Some(&(SEGMENT..=CLOSE)) => return walk(program, path),
            literal => usize::from(literal.is_some() && literal == rest.first()),
        };
        if taken > 0 {
            (at, done) = (next, done.wrapping_add(taken));
            continue;
        }
        match &mut back {
            Some((from, tried)) if *tried < path.len() => {
                *tried = tried.wrapping_add(1);
                (at, done) = (*from, *tried);
            }
            _ => return false,
        }
    }
}

/// Walks the path with the set of all positions in the program that the bytes so far may lead to.
fn walk(program: &[u8], path: &[u8]) -> bool {
    let mut now = Positions { seen: vec![false; program.len().wrapping_add(1)], list: Vec::new() };
    let mut next = now.clone();
    now.enter(program, 0);
    for byte in path {
        for at in &now.list {
            let code = program.get(*at).copied().unwrap_or_default();
            let stays = code == ANY || (code == SEGMENT && *byte != b'/');
            if stays {
                next.enter(program, *at);
            }
            if (stays && code == SEGMENT) || (code > CLOSE && code == *byte) {
                next.enter(program, at.wrapping_add(1));
            }
        }
        for at in now.list.drain(..) {
            if let Some(seen) = now.seen.get_mut(at) {
                *seen = false;
            }
        }
        if next.list.is_empty() {
            return false;
        }
        core::mem::swap(&mut now, &mut next);
    }
    now.seen.last() == Some(&true)
}

/// A set of positions in a program; the one at its end means that it is done.
#[derive(Clone)]
struct Positions {
    seen: Vec<bool>,
    list: Vec<usize>,
}

impl Positions {
    /// Adds a position and all that are reached from it without taking a byte.
    fn enter(&mut self, program: &[u8], at: usize) {
        let mut pending = vec![at];
        while let Some(at) = pending.pop() {
            match self.seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            self.list.push(at);
            let byte = |offset: usize| usize::from(program.get(at.wrapping_add(offset)).copied().unwrap_or_default());
            let body = byte(1) | byte(2) << 8;
            let inside = at.wrapping_add(HEADER);
            match program.get(at).copied().unwrap_or_default() {
                ANY => pending.push(at.wrapping_add(1)),
                code @ OPTIONAL..=ANY_TIMES => {
                    pending.push(inside);
                    if code != REPEAT {
                        pending.push(inside.wrapping_add(body).wrapping_add(HEADER));
                    }
                }
                CLOSE => {
                    pending.push(inside);
                    let start = at.wrapping_sub(body);
                    if matches!(program.get(start.wrapping_sub(HEADER)), Some(&(REPEAT | ANY_TIMES))) {
                        pending.push(start);
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn program() -> impl Strategy<Value = Vec<u8>> {
        let atom = prop_oneof![Just(b'/'), Just(b'a'), Just(b'b'), Just(SEGMENT), Just(ANY)];
        proptest::collection::vec(atom, 0..8)
    }

    proptest! {
        #[test]
        fn the_quick_way_agrees_with_the_sure_one(program in program(), path in "[/ab]{0,10}") {
            prop_assert_eq!(matches(&program, path.as_bytes()), walk(&program, path.as_bytes()));
        }
    }
}
