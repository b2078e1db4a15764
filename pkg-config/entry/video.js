// HTML5 video: begun, progress, seen to the end. Loaded where one plays.
import { read } from "./page.js";

const STEPS = [10, 25, 50, 75];

/** `tell` takes what happened, `isOn` says whether an element was pressed last, `sign` takes a sign that somebody is there. */
export function videos({ tell, isOn, sign }) {
  /** What is being watched in an element: the film's address, and how many steps were told. */
  const films = new WeakMap();
  /** Videos that play by themselves, but were touched. */
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
      // A picture that is looked for in it moves it too. And what plays by itself, without a sound, is part of the page.
      if (paused || (muted && (autoplay || loop) && !touched.has(video))) return;
      films.set(video, (film = { source: currentSrc, told: 0 }));
      record("video_start", 0);
    }
    // Who listens is there.
    if (type == "timeupdate" && !muted) sign(event);
    if (type == "ended") {
      films.delete(video);
      record("video_complete", 100);
    } else while (currentTime / duration >= STEPS[film.told] / 100) record("video_progress", STEPS[film.told++]);
  };
}
