//! HTML5 video: begun, progress, seen to the end.

use web_sys::{Element, Event};

use super::deed::props;
use super::listen::Heard;
use super::tracker::Tracker;

const STEPS: [f64; 4] = [10.0, 25.0, 50.0, 75.0];

/// A video that was begun.
pub(super) struct Video {
    element: Element,
    /// How many steps were told.
    told: usize,
}

impl Tracker {
    /// A video plays, goes on, or has ended.
    pub(super) fn played(&mut self, event: &Event, what: Heard) {
        let Some(element) = self.host.around(event, "video") else { return };
        let number = |name| self.host.number(&element, name);
        let percent = 100.0 * number("currentTime") / number("duration");
        if what == Heard::TimeUpdate && number("muted") == 0.0 {
            // Who listens is there.
            self.input();
        }
        match self.videos.iter_mut().position(|video| video.element == element) {
            None => {
                self.tell_video("video_start", &element, 0.0);
                self.videos.push(Video { element, told: 0 });
            }
            Some(at) if what == Heard::Ended => {
                self.videos.remove(at);
                self.tell_video("video_complete", &element, 100.0);
            }
            Some(at) => {
                while let Some(video) = self.videos.get_mut(at)
                    && let Some(step) = STEPS.get(video.told).filter(|step| percent >= **step)
                {
                    video.told = video.told.saturating_add(1);
                    self.tell_video("video_progress", &element, *step);
                }
            }
        }
    }

    fn tell_video(&mut self, kind: &str, video: &Element, percent: f64) {
        let (text, number) = (|name| self.host.text(video, name), |name| self.host.number(video, name) as u64);
        let mut props = props();
        props.name("video_provider").text(b"html5");
        props.name("video_title").text(text("title").as_bytes());
        props.name("video_url").text(text("currentSrc").as_bytes());
        props.name("video_current_time").integer(number("currentTime"));
        props.name("video_duration").integer(number("duration"));
        props.name("video_percent").integer(percent as u64);
        self.did(kind, props);
    }
}
