//! Crawlers and automated browsers: scored like everybody, but no lead for anyone.

use crate::condition::contains;

/// Parts of the names by which crawlers go, in lower case; made by `pkg-config/crawlers.mjs`.
const CRAWLERS: &[u8] = include_bytes!("crawlers.txt");

/// Whether a user agent is a crawler's: every engine that runs wasm says that it is like Gecko.
#[must_use]
pub fn is_crawler(agent: &[u8]) -> bool {
    let agent = agent.to_ascii_lowercase();
    !contains(&agent, b"gecko") || CRAWLERS.split(|byte| *byte == b'\n').any(|part| contains(&agent, part))
}

/// Whether a user agent says that it is a crawler's, where apps and servers send events too: those are not like Gecko, and only
/// plain words tell crawlers among them.
#[cfg(feature = "cli")]
pub(crate) fn is_declared(agent: &[u8]) -> bool {
    let agent = agent.to_ascii_lowercase();
    if agent.starts_with(b"mozilla/") {
        return is_crawler(&agent);
    }
    DECLARED.iter().any(|word| contains(&agent, word.as_bytes()))
}

/// Words by which crawlers go that do not pose as a browser.
#[cfg(feature = "cli")]
const DECLARED: [&str; 3] = ["bot", "crawl", "spider"];
