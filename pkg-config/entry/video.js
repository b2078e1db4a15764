// HTML5 video: start, progress, end. Loaded when a video plays.
import { read } from "./page.js";

const STEPS = [10, 25, 50, 75];

/**
 * `tell` records an event. `isOn` returns true if the last input was on this element. `sign` takes an event that shows
 * that the visitor is present.
 */
export function videos({ tell, isOn, sign }) {
  /** For each element that plays: the film's address, and the number of steps that were recorded. */
  const films = new WeakMap();
  /** Videos that the visitor has pressed: they count even if they play by themselves. */
  const touched = new WeakSet();

  return (event, type, video) => {
    const { autoplay, loop, muted, paused, currentSrc, currentTime, duration } = video;
    const record = (name, percent) =>
      tell(name, {
        video_provider: "html5",
        video_title: read(video, "title"),
        video_url: currentSrc,
        video_current_time: Math.trunc(currentTime),
        video_duration: Math.trunc(duration) || 0,
        video_percent: percent,
      });
    if (isOn(video)) touched.add(video);
    let film = films.get(video);
    // Another source in the same element is another film.
    if (film?.source != currentSrc) {
      // Seeking in a paused film fires `timeupdate` too. A muted film that plays by itself is decoration of the page.
      if (paused || (muted && (autoplay || loop) && !touched.has(video))) return;
      films.set(video, (film = { source: currentSrc, told: 0 }));
      record("video_start", 0);
    }
    // A film with sound is progress of a visitor who listens.
    if (type == "timeupdate" && !muted) sign(event);
    if (type == "ended") {
      films.delete(video);
      record("video_complete", 100);
    } else while (currentTime / duration >= STEPS[film.told] / 100) record("video_progress", STEPS[film.told++]);
  };
}
