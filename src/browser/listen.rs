//! What happens in the page, and who takes it in.

use web_sys::Event;

use super::tracker::Tracker;

/// What is listened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The document of what is set apart; the rest is below.
    Activated,
    Restored,
    Left,
    Attention,
    Stored,
    Online,
    Play,
    TimeUpdate,
    Ended,
    Scroll,
    Click,
    Input,
    Submit,
    /// Somebody is there.
    Sign,
}

/// DOM events by name. In the capturing phase all of them pass the window, those that do not bubble too.
const EVENTS: [(&str, Heard); 21] = [
    ("prerenderingchange", Heard::Activated),
    ("pageshow", Heard::Restored),
    ("pagehide", Heard::Left),
    ("freeze", Heard::Left),
    ("visibilitychange", Heard::Attention),
    ("focus", Heard::Attention),
    ("blur", Heard::Attention),
    ("storage", Heard::Stored),
    ("online", Heard::Online),
    ("play", Heard::Play),
    ("timeupdate", Heard::TimeUpdate),
    ("ended", Heard::Ended),
    ("scroll", Heard::Scroll),
    ("click", Heard::Click),
    ("auxclick", Heard::Click),
    ("input", Heard::Input),
    ("submit", Heard::Submit),
    ("keydown", Heard::Sign),
    ("pointerdown", Heard::Sign),
    ("pointermove", Heard::Sign),
    ("wheel", Heard::Sign),
];

/// Begins to listen.
pub(super) fn listen(tracker: &Tracker) {
    for (number, (name, _)) in (0..).zip(EVENTS) {
        tracker.host.listen(name, number);
    }
}

/// Takes in an event of that number.
pub(super) fn hear(tracker: &mut Tracker, number: u32, event: &Event) {
    let Some((_, heard)) = EVENTS.get(number as usize).copied() else { return };
    match heard {
        Heard::Activated => return tracker.activate(),
        Heard::Restored => return tracker.restored(event),
        Heard::Left => return tracker.hide(),
        Heard::Attention => return tracker.attend(),
        Heard::Stored => return tracker.heard_of(event),
        Heard::Online => return tracker.online(),
        // What a script dispatches is nobody's behaviour.
        _ if tracker.host.number(event, "isTrusted") == 0.0 => return,
        Heard::Play | Heard::TimeUpdate | Heard::Ended => return tracker.played(event, heard),
        // Of the document; what scrolls within it may move by itself.
        Heard::Scroll if tracker.host.around(event, "*").is_some() => return,
        Heard::Scroll => tracker.scrolled(),
        Heard::Click => tracker.clicked(event),
        Heard::Input => tracker.entered(event),
        Heard::Submit => tracker.submitted(event),
        Heard::Sign => {}
    }
    tracker.input();
}
