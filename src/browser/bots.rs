//! Crawlers and automated browsers: scored like everybody, but no lead for anyone.

/// Parts of the names by which crawlers go, in lower case; made by `pkg-config/crawlers.mjs`.
const CRAWLERS: &str = include_str!("crawlers.txt");

/// Whether a user agent is a crawler's.
pub(super) fn is_crawler(agent: &[u8]) -> bool {
    let agent = agent.to_ascii_lowercase();
    CRAWLERS.split('\n').any(|part| !part.is_empty() && agent.windows(part.len()).any(|own| own == part.as_bytes()))
}
