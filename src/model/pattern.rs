//! Matches a canonical path against a compiled path pattern.
//!
//! A pattern is URLPattern's pathname syntax without regular expressions; authoring compiles it to a *program*: its
//! canonical text, which is printable ASCII, with the op codes below between. The time is at most proportional to the
//! length of the program times a 64th of the path's length, see [`places`].

pub(crate) mod code;
mod places;

use code::{ANY, CLOSE, SEGMENT};
use places::Page;

/// The number of times that each byte may be read before all alternatives are followed at once.
const QUICK_STEPS: usize = 2;

/// The text that begins every path which a program may match, a trailing slash left open.
pub(crate) fn literal_prefix(program: &[u8]) -> &[u8] {
    let end = program.iter().position(|byte| *byte <= CLOSE).unwrap_or(program.len());
    let literal = program.get(..end).unwrap_or_default();
    literal.strip_suffix(b"/").unwrap_or(literal)
}

/// Returns true if a program matches the whole path of a page, with or without its trailing slash.
///
/// `path` is canonical and has the slash; its first `bare` bytes are the path without it, or all of it if that is `/`.
pub(crate) fn matches(program: &[u8], path: &[u8], bare: usize) -> bool {
    quick(program, path, bare).unwrap_or_else(|| Page::new(path).is_matched(program, path.len(), bare))
}

/// Matches a program without groups, in a few steps for each byte; `None` where that is not enough.
///
/// Without groups nothing but a `*` leaves a choice, and of several the last is enough to come back to: what stands
/// between two of them never ends later for beginning earlier.
fn quick(program: &[u8], path: &[u8], bare: usize) -> Option<bool> {
    let (mut codes, mut rest) = (program, path);
    let mut back: Option<(&[u8], &[u8])> = None;
    let mut steps = program.len().saturating_add(path.len()).saturating_mul(QUICK_STEPS);
    loop {
        let (code, after) = codes.split_first().unzip();
        let after = after.unwrap_or_default();
        let taken = match code {
            None if rest.len() <= path.len().wrapping_sub(bare) => return Some(true),
            Some(&ANY) => {
                if after.is_empty() {
                    return Some(true);
                }
                back = Some((after, rest));
                codes = after;
                continue;
            }
            // Nothing but the next slash or the end can end it.
            Some(&SEGMENT) if matches!(after.first(), None | Some(b'/')) => {
                rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len())
            }
            Some(&(SEGMENT..=CLOSE)) => return None,
            literal => usize::from(literal.is_some() && literal == rest.first()),
        };
        steps = steps.checked_sub(taken.wrapping_add(1))?;
        if taken > 0 {
            (codes, rest) = (after, rest.get(taken..).unwrap_or_default());
            continue;
        }
        let Some((from, tried)) = &mut back else { return Some(false) };
        let Some((_, next)) = tried.split_first() else { return Some(false) };
        *tried = next;
        (codes, rest) = (*from, next);
    }
}

#[cfg(test)]
mod tests {
    use super::code::{ANY_TIMES, OPTIONAL, REPEAT};
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// The same, slowly: walks the path with the list of all positions in the program that the bytes so far may lead
    /// to.
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
                let byte =
                    |offset: usize| usize::from(program.get(at.wrapping_add(offset)).copied().unwrap_or_default());
                let body = byte(1) | byte(2) << 8;
                let inside = at.wrapping_add(3);
                match program.get(at).copied().unwrap_or_default() {
                    ANY => pending.push(at.wrapping_add(1)),
                    code @ OPTIONAL..=ANY_TIMES => {
                        pending.push(inside);
                        if code != REPEAT {
                            pending.push(inside.wrapping_add(body).wrapping_add(3));
                        }
                    }
                    CLOSE => {
                        pending.push(inside);
                        let start = at.wrapping_sub(body);
                        if matches!(program.get(start.wrapping_sub(3)), Some(&(REPEAT | ANY_TIMES))) {
                            pending.push(start);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn atoms(most: usize) -> impl Strategy<Value = Vec<u8>> {
        vec(prop_oneof![4 => Just(b'/'), 8 => Just(b'a'), 4 => Just(b'b'), 2 => Just(SEGMENT), 2 => Just(ANY)], 0..most)
    }

    /// A part of a program: a few atoms, or a group of them, as the compiler writes them.
    fn part(most: usize) -> impl Strategy<Value = Vec<u8>> {
        let groups = (prop_oneof![Just(OPTIONAL), Just(REPEAT), Just(ANY_TIMES)], atoms(most));
        prop_oneof![
            atoms(most),
            groups.prop_map(|(code, mut body)| {
                if body.iter().all(|atom| *atom == ANY) {
                    body.push(b'a');
                }
                let length = u16::try_from(body.len()).unwrap().to_le_bytes();
                [&[code], &length[..], &body, &[CLOSE], &length].concat()
            }),
        ]
    }

    /// A path with its trailing slash, and its length without.
    fn page(path: &str) -> (Vec<u8>, usize) {
        let path = path.as_bytes();
        match path.strip_suffix(b"/") {
            Some(bare) => (path.to_vec(), bare.len().max(1)),
            None => ([path, b"/"].concat(), path.len()),
        }
    }

    fn agrees(program: &[u8], path: &str) -> Result<(), TestCaseError> {
        let (path, bare) = page(path);
        let expected = walk(program, &path) || walk(program, &path[..bare]);
        prop_assert_eq!(matches(program, &path, bare), expected, "quick");
        let slow = Page::new(&path).is_matched(program, path.len(), bare);
        prop_assert_eq!(slow, expected, "places");
        Ok(())
    }

    /// Returns a path that a program matches; the given numbers make the choices, one after the other.
    fn matched(program: &[u8], choices: &mut impl Iterator<Item = usize>) -> Vec<u8> {
        let mut path = Vec::new();
        let mut rest = program;
        while let Some((code, after)) = rest.split_first() {
            rest = after;
            let choice = choices.next().unwrap_or(1);
            match *code {
                SEGMENT => path.extend([&b"ab"[..], b"a", b"b", b"bbb", &[b'b'; 200]][choice % 5]),
                ANY => path.extend([&b""[..], b"a", b"/", b"b/a", b"/b/b/a", &[b'/'; 200]][choice % 6]),
                code @ OPTIONAL..=ANY_TIMES => {
                    let length = usize::from(u16::from_le_bytes([after[0], after[1]]));
                    rest = &after[2 + length + 3..];
                    let times = if code == OPTIONAL { choice % 2 } else { choice % 6 };
                    for _ in 0..times.max(usize::from(code == REPEAT)) {
                        path.extend(matched(&after[2..2 + length], choices));
                    }
                }
                byte => path.push(byte),
            }
        }
        path
    }

    proptest! {
        #[test]
        fn a_program_matches_the_paths_it_describes(
            parts in vec(part(7), 0..5),
            choices in vec(0usize..60, 0..60),
            (at, other) in (any::<prop::sample::Index>(), prop_oneof![Just(b'a'), Just(b'b'), Just(b'/')]),
        ) {
            let program = [b"/", &parts.concat()[..]].concat();
            let mut path = matched(&program, &mut choices.into_iter());
            let (page, bare) = page(std::str::from_utf8(&path).unwrap());
            prop_assert!(matches(&program, &page, bare), "{:?} of {:?}", program, page);
            agrees(&program, std::str::from_utf8(&path).unwrap())?;
            // Another path, which the program may not match.
            let at = at.index(path.len());
            path[at] = other;
            path[0] = b'/';
            agrees(&program, std::str::from_utf8(&path).unwrap())?;
        }

        #[test]
        fn every_method_agrees_with_a_simple_walk(parts in vec(part(4), 0..6), path in "/[/ab]{0,10}") {
            agrees(&parts.concat(), &path)?;
        }

        #[test]
        fn long_programs_agree_with_a_simple_walk(
            parts in vec(part(40), 0..12),
            path in "/(aaa|ab|aab|/|b|[/ab]{0,40}){0,20}",
        ) {
            agrees(&parts.concat(), &path)?;
            // A path that is likely to match, as it repeats the program's literals.
            let own: Vec<u8> = parts.concat().into_iter().filter(|byte| *byte > b'.').collect();
            agrees(&parts.concat(), &format!("/{}", String::from_utf8(own).unwrap()))?;
        }

        #[test]
        fn any_bytes_are_a_program(program in vec(prop_oneof![0u8..8, any::<u8>()], 0..40), path in "/[/ab]{0,10}") {
            let (path, bare) = page(&path);
            matches(&program, &path, bare);
        }
    }

    #[test]
    fn hostile_patterns_terminate() {
        // Each would take minutes byte by byte: they are run a few thousand times.
        let group = |code: u8, body: &str| {
            [&[code, body.len() as u8, 0], body.as_bytes(), &[CLOSE, body.len() as u8, 0]].concat()
        };
        let groups: Vec<u8> =
            [OPTIONAL, REPEAT, ANY_TIMES].iter().cycle().take(255).flat_map(|code| group(*code, "a")).collect();
        let star = [&[ANY], "a".repeat(1_000).as_bytes(), b"b"].concat();
        let (path, bare) = page(&format!("/{}", "a".repeat(64 * 1024)));
        for program in [[b"/", &groups[..], b"b"].concat(), [b"/", &star[..]].concat()] {
            for _ in 0..100 {
                assert!(!matches(&program, &path, bare));
            }
        }
    }
}
