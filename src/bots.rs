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
