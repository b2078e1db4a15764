//! HTML5 video: begun, progress, seen to the end.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlVideoElement};

use super::deed::props;
use super::tracker::Tracker;

const STEPS: [f64; 4] = [10.0, 25.0, 50.0, 75.0];

/// A video that was begun.
pub(super) struct Video {
    element: HtmlVideoElement,
    /// How many steps were told.
    told: usize,
}

impl Tracker {
    /// A video plays, goes on, or has ended.
    pub(super) fn played(&mut self, event: &Event, kind: &str) {
        let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlVideoElement>().ok()) else {
            return;
        };
        if kind == "timeupdate" && !element.muted() {
            // Who listens is there.
            self.input();
        }
        let percent = 100.0 * element.current_time() / element.duration();
        match self.videos.iter_mut().position(|video| video.element == element) {
            None => {
                self.tell_video("video_start", &element, 0.0);
                self.videos.push(Video { element, told: 0 });
            }
            Some(at) if kind == "ended" => {
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

    fn tell_video(&mut self, kind: &str, video: &HtmlVideoElement, percent: f64) {
        let mut props = props();
        for (name, value) in
            [("video_provider", "html5".into()), ("video_title", video.title()), ("video_url", video.current_src())]
        {
            props.name(name).text(value.as_bytes());
        }
        for (name, value) in [
            ("video_current_time", video.current_time()),
            ("video_duration", video.duration()),
            ("video_percent", percent),
        ] {
            props.name(name).integer(value as u64);
        }
        self.did(kind, props);
    }
}
