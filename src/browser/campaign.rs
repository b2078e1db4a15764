//! Where a session came from: campaign, click ids, referrer, channel.
//!
//! Channels are those of Google Analytics' default channel group, by its rules in their order; of its lists of sites
//! the large ones.

use crate::condition::contains;
use crate::hash::Fnv;
use crate::json::Writer;
use crate::url::Url;

/// What advertisers add to a link: each stands for one click, so only that there is one is of use.
const CLICK_IDS: [&str; 9] =
    ["gclid", "dclid", "gbraid", "wbraid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id"];
const CAMPAIGN: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// Parts of the names of search engines, of social networks, of video sites.
const SEARCH: &[&str] = &["google", "bing", "duckduckgo", "yahoo", "baidu", "yandex", "ecosia", "qwant", "brave"];
const SOCIAL: &[&str] = &[
    "facebook",
    "instagram",
    "linkedin",
    "lnkd.in",
    "twitter",
    "t.co",
    "x.com",
    "reddit",
    "pinterest",
    "tiktok",
    "threads",
    "whatsapp",
    "quora",
    "ycombinator",
];
const VIDEO: &[&str] = &["youtube", "youtu.be", "vimeo", "twitch", "dailymotion"];

/// A name for the campaign that a URL carries; 0 for none.
pub(super) fn name(url: &[u8]) -> u64 {
    let url = Url::parse(url);
    let mut name = Fnv::new();
    let mut any = false;
    for key in CAMPAIGN.iter().chain(&CLICK_IDS) {
        if let Some(value) = url.query(key.as_bytes()) {
            any = true;
            name.bytes(key.as_bytes());
            name.bytes(&value);
            name.byte(0xff);
        }
    }
    if any { name.finish() | 1 } else { 0 }
}

/// Writes what is known of where a session came from.
pub(super) fn write(props: &mut Writer, url: &[u8], referrer: &[u8]) {
    let url = Url::parse(url);
    let from = Url::parse(referrer).host().filter(|host| Some(host) != url.host().as_ref());
    let host = from.as_deref().unwrap_or_default();
    let mut campaign = Vec::new();
    for key in CAMPAIGN {
        let value = url.query(key.as_bytes()).unwrap_or_default();
        if !value.is_empty() {
            props.name(key).text(&value);
        }
        campaign.push(value.to_ascii_lowercase());
    }
    let mut paid = false;
    for key in CLICK_IDS {
        let clicked = url.query(key.as_bytes()).is_some();
        // Facebook's stands on links that nobody paid for too.
        paid |= clicked && key != "fbclid";
        props.name(key).bool(clicked);
    }
    let [source, medium, ..] = campaign.as_slice() else { return };
    if !host.is_empty() {
        props.name("referrer_host").text(host);
    }
    props.name("channel").text(channel(source, medium, host, paid).as_bytes());
}

/// The channel of a source and a medium, in lower case, of the site that the visitor came from, and whether a click id
/// says that the click was paid for.
fn channel(source: &[u8], medium: &[u8], host: &[u8], paid: bool) -> &'static str {
    let from = if source.is_empty() { host } else { source };
    let comes = |sites: &[&str]| sites.iter().any(|site| is_site(from, site.as_bytes()));
    let says = |words: &[&str]| words.iter().any(|word| contains(medium, word.as_bytes()));
    let (search, social, video) = (comes(SEARCH), comes(SOCIAL), comes(VIDEO));
    if paid || says(&["cp", "ppc", "retargeting", "paid"]) {
        return match (search || (paid && from.is_empty()), social, video) {
            (true, ..) => "Paid Search",
            (_, true, _) => "Paid Social",
            (.., true) => "Paid Video",
            _ => "Paid Other",
        };
    }
    if says(&["display", "banner", "expandable", "interstitial"]) {
        "Display"
    } else if social || says(&["social", "sm"]) && !says(&["sms"]) {
        "Organic Social"
    } else if video || says(&["video"]) {
        "Organic Video"
    } else if says(&["mail"]) || contains(source, b"mail") {
        "Email"
    } else if search || says(&["organic"]) {
        "Organic Search"
    } else if says(&["affiliate"]) {
        "Affiliates"
    } else if says(&["sms"]) {
        "SMS"
    } else if !host.is_empty() || says(&["referral", "app", "link"]) {
        "Referral"
    } else if source.is_empty() && medium.is_empty() {
        "Direct"
    } else {
        "Unassigned"
    }
}

/// Whether a host or a source is of a site: its name, or part of the host between dots.
fn is_site(from: &[u8], site: &[u8]) -> bool {
    if site.contains(&b'.') { from == site || from.ends_with(&[b".", site].concat()) } else { contains(from, site) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn props(url: &str, referrer: &str) -> serde_json::Value {
        let mut writer = super::super::deed::props();
        write(&mut writer, url.as_bytes(), referrer.as_bytes());
        writer.close(b'}');
        serde_json::from_slice(&writer.finish()).unwrap()
    }

    #[test]
    fn channels() {
        for (query, referrer, channel) in [
            ("", "", "Direct"),
            ("", "https://shop.example/other", "Direct"),
            ("", "https://www.google.de/", "Organic Search"),
            ("", "https://t.co/x", "Organic Social"),
            ("", "https://support.co/x", "Referral"),
            ("", "https://www.youtube.com/", "Organic Video"),
            ("", "https://partner.example/", "Referral"),
            ("?gclid=1", "https://www.google.com/", "Paid Search"),
            ("?gclid=1", "", "Paid Search"),
            ("?fbclid=1", "https://l.facebook.com/", "Organic Social"),
            ("?utm_source=facebook&utm_medium=cpc", "", "Paid Social"),
            ("?utm_source=LinkedIn&utm_medium=paid-social", "", "Paid Social"),
            ("?utm_source=bing&utm_medium=ppc", "", "Paid Search"),
            ("?utm_source=x&utm_medium=cpm", "", "Paid Other"),
            ("?utm_source=x&utm_medium=banner", "", "Display"),
            ("?utm_source=news&utm_medium=email", "", "Email"),
            ("?utm_source=news&utm_medium=social", "", "Organic Social"),
            ("?utm_source=x&utm_medium=affiliate", "", "Affiliates"),
            ("?utm_source=x&utm_medium=sms", "", "SMS"),
            ("?utm_source=x&utm_medium=referral", "", "Referral"),
            ("?utm_source=x", "", "Unassigned"),
        ] {
            let url = format!("https://shop.example/{query}");
            assert_eq!(props(&url, referrer)["channel"], channel, "{query} {referrer}");
        }
    }

    #[test]
    fn a_session_tells_its_campaign_and_never_a_click_id() {
        let props =
            props("https://a.example/?utm_source=News&utm_campaign=a%20b&gclid=secret", "https://b.example/x?y");
        assert_eq!(props["utm_source"], "News");
        assert_eq!(props["utm_campaign"], "a b");
        assert_eq!(props["gclid"], true);
        assert_eq!(props["fbclid"], false);
        assert_eq!(props["referrer_host"], "b.example");
        assert!(!props.to_string().contains("secret"));
    }

    #[test]
    fn another_campaign_has_another_name() {
        let names =
            ["/", "/?utm_source=a", "/?utm_source=b", "/?utm_medium=a", "/?gclid=1", "/?gclid=2", "/?utm_source="];
        let names = names.map(|url| name(url.as_bytes()));
        for (at, one) in names.iter().enumerate() {
            assert!(!names.iter().skip(at + 1).any(|other| other == one), "{at}");
        }
        assert_eq!(names[0], 0);
        assert_eq!(name(b"/x?utm_source=a&y=1#z"), name(b"/?utm_source=a"));
    }
}
