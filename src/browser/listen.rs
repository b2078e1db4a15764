//! What happens in the page, and who takes it in.

use web_sys::Event;

use super::dom;
use super::tracker::Tracker;

/// Takes in an event that the loader listens for.
pub(super) fn hear(tracker: &mut Tracker, event: &Event) {
    let kind = event.type_();
    match kind.as_str() {
        "prerenderingchange" => return tracker.activate(),
        "pageshow" => return tracker.restored(event),
        "pagehide" | "freeze" => return tracker.hide(),
        "visibilitychange" | "focus" | "blur" => return tracker.attend(),
        "storage" => return tracker.heard_of(event),
        "online" => return tracker.online(),
        _ => {}
    }
    // What a script dispatches is nobody's behaviour.
    if !event.is_trusted() {
        return;
    }
    match kind.as_str() {
        "play" | "timeupdate" | "ended" => return tracker.played(event, &kind),
        "scroll" => {
            // Of the document; what scrolls within it may move by itself.
            if event.target() != Some(dom::document().into()) {
                return;
            }
            tracker.scrolled();
        }
        "click" | "auxclick" => tracker.clicked(event),
        "input" => tracker.entered(event),
        "submit" => tracker.submitted(event),
        _ => {}
    }
    tracker.input();
}
