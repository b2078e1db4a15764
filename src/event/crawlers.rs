//! Detects crawlers and automated browsers, which are scored but send no signals.

use crate::text::contains::contains;

/// Parts of the names by which crawlers go, in lower case; made by `pkg-config/crawlers.mjs`.
const CRAWLERS: &[u8] = include_bytes!("crawlers.txt");

/// Returns true if the user agent is a crawler's. Every engine that runs wasm says that it is like Gecko.
#[must_use]
pub fn is_crawler(agent: &[u8]) -> bool {
    let agent = agent.to_ascii_lowercase();
    !contains(&agent, b"gecko") || CRAWLERS.split(|byte| *byte == b'\n').any(|part| contains(&agent, part))
}

/// Returns true if a user agent names itself a crawler. This check is for places where apps and servers send events
/// too: their user agents do not contain `Gecko` either, so only plain words identify the crawlers among them.
#[cfg(feature = "cli")]
pub(crate) fn is_declared(agent: &[u8]) -> bool {
    let agent = agent.to_ascii_lowercase();
    if agent.starts_with(b"mozilla/") {
        return is_crawler(&agent);
    }
    DECLARED.iter().any(|word| contains(&agent, word.as_bytes()))
}

/// Words in the names of crawlers that do not imitate a browser.
#[cfg(feature = "cli")]
const DECLARED: [&str; 3] = ["bot", "crawl", "spider"];
