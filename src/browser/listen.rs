//! What happens in the page, and who takes it in.

use web_sys::Event;

use super::tracker::Tracker;

/// What is listened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Activated,
    Restored,
    Left,
    Attention,
    Stored,
    Online,
    Scroll,
    Click,
    Input,
    /// Somebody is there.
    Sign,
}

/// DOM events by name.
const KINDS: &str = "prerenderingchange pageshow pagehide freeze visibilitychange focus blur storage online \
    scroll click auxclick input keydown pointerdown pointermove wheel";

/// What they are to us, in the same order; the rest are signs.
const HEARD: [Heard; 13] = [
    Heard::Activated,
    Heard::Restored,
    Heard::Left,
    Heard::Left,
    Heard::Attention,
    Heard::Attention,
    Heard::Attention,
    Heard::Stored,
    Heard::Online,
    Heard::Scroll,
    Heard::Click,
    Heard::Click,
    Heard::Input,
];

/// Begins to listen.
pub(super) fn listen(tracker: &Tracker) {
    tracker.host.listen(KINDS);
}

/// Takes in an event of that number.
pub(super) fn hear(tracker: &mut Tracker, number: u32, event: &Event) {
    let heard = HEARD.get(number as usize).copied().unwrap_or(Heard::Sign);
    match heard {
        Heard::Activated => return tracker.activate(),
        // Nothing comes before the page view.
        _ if !tracker.is_open() => return,
        Heard::Restored => return tracker.restored(event),
        Heard::Left => return tracker.hide(),
        Heard::Attention => return tracker.attend(),
        Heard::Stored => return tracker.heard_of(event),
        Heard::Online => return tracker.online(),
        // What a script dispatches is nobody's behaviour.
        _ if tracker.host.number(event, "isTrusted") == 0.0 => return,
        Heard::Scroll => {
            let depth = tracker.host.depth(event);
            // Not the page, or an element that may scroll by itself.
            if depth.is_nan() {
                return;
            }
            tracker.scrolled(depth);
        }
        Heard::Click => tracker.clicked(event),
        Heard::Input => tracker.entered(event),
        Heard::Sign => {}
    }
    tracker.input();
}
