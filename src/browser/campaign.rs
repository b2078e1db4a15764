//! Where a session came from: campaign, click ids, referrer, channel.
//!
//! Channels are those of Google Analytics' default channel group, by its rules in their order; of its lists of sites
//! the large ones.

use crate::hash::Fnv;
use crate::json::Writer;
use crate::url::Url;

/// What advertisers add to a link: each stands for one click, so only that there is one is of use.
const CLICK_IDS: [&str; 9] =
    ["gclid", "dclid", "gbraid", "wbraid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id"];
const CAMPAIGN: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// Kinds of sites: by a label of their host, or by the whole host if other sites share the label.
const SITES: [&[u8]; 4] = [SEARCH, SOCIAL, VIDEO, ASSISTANT];
const SEARCH: &[u8] = b"google,bing,duckduckgo,yahoo,baidu,yandex,ya.ru,ecosia,qwant,search.brave.com,com.google.android.googlequicksearchbox";
const SOCIAL: &[u8] = b"facebook,instagram,linkedin,lnkd.in,twitter,t.co,x.com,reddit,pinterest,tiktok,threads,whatsapp,quora,ycombinator";
const VIDEO: &[u8] = b"youtube,youtu.be,vimeo,twitch,dailymotion";
const ASSISTANT: &[u8] =
    b"chatgpt,openai,perplexity,claude,gemini.google.com,copilot.microsoft.com,deepseek,chat.mistral.ai,grok,meta.ai";

/// Labels before a search engine's name where it searches: `mail.google.com` is another service.
const SEARCHING: &[u8] = b"www,search,images,html,lite,safe,noai";

/// The channels of these kinds for paid visits, and for others.
const PAID: [&str; 4] = ["Paid Search", "Paid Social", "Paid Video", "Paid Other"];
const ORGANIC: [&str; 4] = ["Organic Search", "Organic Social", "Organic Video", "AI Assistant"];
/// Channels by a word of the medium.
const MEDIA: [(&str, &[u8]); 7] = [
    (ORGANIC[3], b"assistant"),
    (ORGANIC[1], b"social,sm"),
    (ORGANIC[2], b"video"),
    ("Email", EMAIL),
    (ORGANIC[0], b"organic"),
    ("Affiliates", b"affiliate,affiliates"),
    ("SMS", b"sms"),
];
const EMAIL: &[u8] = b"email,mail";

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
    let site = SITES.iter().position(|sites| sites.split(is_comma).any(|site| is_site(from, site)));
    let is_ad = says(medium, b"display,banner,expandable,interstitial,cpm");
    if paid || words(medium).any(is_paid) {
        // A click id without a site: most paid clicks are on search results.
        let site = site.or((paid && from.is_empty()).then_some(0));
        let other = if is_ad { "Display" } else { PAID[3] };
        return site.and_then(|site| PAID.get(site)).copied().unwrap_or(other);
    }
    if is_ad {
        return "Display";
    }
    if let Some(channel) = site.and_then(|site| ORGANIC.get(site)) {
        return channel;
    }
    for (channel, media) in MEDIA {
        if says(medium, media) {
            return channel;
        }
    }
    if says(source, EMAIL) {
        "Email"
    } else if !host.is_empty() || says(medium, b"referral,app,link") {
        "Referral"
    } else if source.is_empty() && medium.is_empty() {
        "Direct"
    } else {
        "Unassigned"
    }
}

fn is_comma(byte: &u8) -> bool {
    *byte == b','
}

fn is_paid(word: &[u8]) -> bool {
    word.starts_with(b"paid") || (word.starts_with(b"cp") && word.len() == 3) || is_among(word, b"ppc,retargeting")
}

fn is_among(word: &[u8], list: &[u8]) -> bool {
    list.split(is_comma).any(|own| own == word)
}

/// Returns the words of a string, separated by any other ASCII characters.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
}

fn says(text: &[u8], list: &[u8]) -> bool {
    words(text).any(|word| is_among(word, list))
}

/// Returns true if a host or a source is that site. A site with a dot is a host and its subdomains. A site without is a
/// word of a source, or the label of a host before its top-level domain (`google.de`, `google.co.uk`).
fn is_site(from: &[u8], site: &[u8]) -> bool {
    if site.contains(&b'.') {
        return from.strip_suffix(site).is_some_and(|rest| matches!(rest.last(), None | Some(b'.')));
    }
    if !from.contains(&b'.') {
        return says(from, site);
    }
    let mut labels = from.rsplit(|byte| *byte == b'.').skip(1);
    let mut name = labels.next();
    if name.is_some_and(|name| name.len() <= 3 && name != site) {
        name = labels.next();
    }
    name == Some(site)
        && (!is_among(site, SEARCH) || labels.all(|label| label.len() <= 2 || is_among(label, SEARCHING)))
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
            ("?utm_source=x&utm_medium=cpa", "", "Paid Other"),
            ("?utm_source=x&utm_medium=cpm", "", "Display"),
            ("?utm_source=x&utm_medium=banner", "", "Display"),
            ("?utm_source=news&utm_medium=email", "", "Email"),
            ("?utm_source=news&utm_medium=social", "", "Organic Social"),
            ("?utm_source=x&utm_medium=affiliate", "", "Affiliates"),
            ("?utm_source=x&utm_medium=sms", "", "SMS"),
            ("?utm_source=x&utm_medium=referral", "", "Referral"),
            ("?utm_source=x", "", "Unassigned"),
            // Names within names.
            ("", "https://mail.google.com/", "Referral"),
            ("", "https://accounts.google.com/", "Referral"),
            ("", "https://bravegoods.example/", "Referral"),
            ("", "https://google.phish.example/", "Referral"),
            ("", "https://notfacebook.com/", "Referral"),
            ("", "https://netflix.com/", "Referral"),
            ("", "https://finance.yahoo.com/", "Referral"),
            ("", "https://www.google.co.uk/", "Organic Search"),
            ("", "https://uk.search.yahoo.com/", "Organic Search"),
            ("", "https://cn.bing.com/", "Organic Search"),
            ("", "https://search.brave.com/", "Organic Search"),
            ("", "android-app://com.google.android.googlequicksearchbox/", "Organic Search"),
            ("", "https://m.facebook.com/", "Organic Social"),
            ("", "https://out.reddit.com/", "Organic Social"),
            ("?utm_source=partner&utm_medium=cosmetics", "", "Unassigned"),
            ("?utm_source=partner&utm_medium=blackmailing", "", "Unassigned"),
            ("?utm_source=partner&utm_medium=tcpa", "", "Unassigned"),
            ("?utm_source=partner&utm_medium=unpaid", "", "Unassigned"),
            ("?utm_source=partner&utm_medium=happy", "", "Unassigned"),
            ("?utm_source=emailio.example&utm_medium=x", "", "Unassigned"),
            ("?utm_source=Google%20Ads&utm_medium=cpc", "", "Paid Search"),
            ("?utm_source=news&utm_medium=e-mail", "", "Email"),
            ("?utm_source=x&utm_medium=social_network", "", "Organic Social"),
            ("?utm_source=x&utm_medium=ai-assistant", "", "AI Assistant"),
            ("?utm_source=chatgpt.com", "", "AI Assistant"),
            ("", "https://chatgpt.com/", "AI Assistant"),
            ("", "https://www.perplexity.ai/", "AI Assistant"),
            ("", "https://claude.ai/", "AI Assistant"),
            ("", "https://gemini.google.com/app", "AI Assistant"),
            ("", "https://copilot.microsoft.com/", "AI Assistant"),
            ("?utm_source=openai&utm_medium=cpc", "", "Paid Other"),
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
