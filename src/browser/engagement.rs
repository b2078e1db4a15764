//! Engaged time: visible, focused, and not idle. Times are milliseconds of a monotonic clock.

/// The time without input after which the visitor counts as idle.
const IDLE: f64 = 30_000.0;
/// The same while the focus is in an embedded frame, because the page does not receive its input events.
const IDLE_IN_FRAME: f64 = 300_000.0;
/// Engaged time is recorded in steps of this many seconds, and when a page view ends.
const STEP: u64 = 10;

/// The engaged time of one page view.
#[derive(Default)]
pub(super) struct Engagement {
    /// True if the page is visible and focused.
    present: bool,
    /// True if the focus is in an embedded frame.
    framed: bool,
    /// The time of the last input.
    active: f64,
    /// The time up to which engaged time is counted.
    counted: f64,
    engaged: f64,
    /// The whole seconds that were recorded.
    recorded: u64,
}

impl Engagement {
    /// Begins another page view; the visitor counts as active.
    pub(super) fn begin(&mut self, now: f64) {
        *self = Self { present: self.present, framed: self.framed, active: now, counted: now, ..Self::default() };
    }

    /// Counts up to now.
    fn count(&mut self, now: f64) {
        if self.present {
            let end = now.min(self.active + self.idle());
            self.engaged += (end - self.counted).max(0.0);
        }
        self.counted = now;
    }

    /// Records input of the visitor.
    pub(super) fn input(&mut self, now: f64) {
        self.count(now);
        self.active = now;
    }

    /// Sets whether the page is visible and focused from now on.
    pub(super) fn set_present(&mut self, present: bool, now: f64) {
        if present != self.present {
            self.input(now);
            self.present = present;
        }
    }

    /// Sets whether the focus is in an embedded frame.
    pub(super) fn set_framed(&mut self, framed: bool, now: f64) {
        if framed != self.framed {
            self.input(now);
            self.framed = framed;
        }
    }

    fn idle(&self) -> f64 {
        if self.framed { IDLE_IN_FRAME } else { IDLE }
    }

    /// Sets the time of the visitor's last input, if there was no long gap before it.
    pub(super) fn active_until(&mut self, input: f64) {
        self.active = self.active.max(input);
    }

    /// Returns the engaged seconds to record, and how many of them are new: at the end of a step or, if the page view
    /// `ends`, of what has come since.
    pub(super) fn take(&mut self, now: f64, ends: bool) -> Option<(u64, u64)> {
        self.count(now);
        let seconds = self.seconds();
        let new = seconds.saturating_sub(self.recorded);
        let due = if ends { new > 0 } else { seconds / STEP > self.recorded / STEP };
        due.then(|| {
            self.recorded = seconds;
            (seconds, new)
        })
    }

    fn seconds(&self) -> u64 {
        (self.engaged / 1_000.0) as u64
    }

    /// Returns the milliseconds until the next step ends if the visitor remains active; `None` while the visitor is
    /// idle.
    pub(super) fn next(&self) -> Option<f64> {
        let left = (self.seconds() / STEP).saturating_add(1).saturating_mul(STEP) as f64 * 1_000.0 - self.engaged;
        (self.present && self.counted + left <= self.active + self.idle()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A visitor who is active from the start.
    fn reader() -> Engagement {
        let mut engagement = Engagement::default();
        engagement.set_present(true, 0.0);
        engagement.begin(0.0);
        engagement
    }

    #[test]
    fn idle_time_is_not_counted() {
        let mut engagement = reader();
        assert_eq!(engagement.take(600_000.0, true), Some((30, 30)));
        engagement.input(700_000.0);
        assert_eq!(engagement.take(704_000.0, true), Some((34, 4)));
    }

    #[test]
    fn hidden_time_is_not_counted() {
        let mut engagement = reader();
        engagement.set_present(false, 4_000.0);
        engagement.set_present(true, 100_000.0);
        assert_eq!(engagement.take(103_500.0, true), Some((7, 7)));
        assert_eq!(engagement.take(103_600.0, true), None);
    }

    #[test]
    fn steps_are_recorded_as_they_end() {
        let mut engagement = reader();
        assert_eq!(engagement.next(), Some(10_000.0));
        assert_eq!(engagement.take(9_999.0, false), None);
        assert_eq!(engagement.next(), Some(1.0));
        assert_eq!(engagement.take(10_000.0, false), Some((10, 10)));
        assert_eq!(engagement.take(29_000.0, false), Some((29, 19)));
        assert_eq!(engagement.next(), Some(1_000.0));
        engagement.take(30_000.0, false);
        assert_eq!(engagement.next(), None, "idle from here on");
        engagement.set_present(false, 30_000.0);
        assert_eq!(engagement.next(), None);
    }

    #[test]
    fn in_a_frame_the_visitor_counts_as_active_for_five_minutes() {
        let mut engagement = reader();
        engagement.set_framed(true, 10_000.0);
        assert_eq!(engagement.take(100_000.0, true), Some((100, 100)));
        assert_eq!(engagement.take(900_000.0, true), Some((310, 210)));
        engagement.set_framed(false, 1_000_000.0);
        assert_eq!(engagement.take(1_090_000.0, true), Some((340, 30)), "out of it, half a minute as ever");
    }

    #[test]
    fn another_view_begins_at_zero() {
        let mut engagement = reader();
        engagement.take(12_500.0, true);
        engagement.begin(12_500.0);
        assert_eq!(engagement.take(14_600.0, true), Some((2, 2)));
    }
}
