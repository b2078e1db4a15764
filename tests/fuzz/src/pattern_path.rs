//! A line with a path pattern, then a path: compared with a simple implementation of the standard.

use leadscore::authoring::compile;
use leadscore::{EventReader, Lead, Model, Origin};

use super::common::{NOW, parse};
use super::path_oracle;

pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Some((pattern, path)) = text.split_once('\n') else { return };
    let quoted = serde_json::to_string(pattern).expect("text");
    // A rule with two paths is in the index twice.
    let json = format!(
        r#"{{ "name": "m", "rules": [
            {{ "id": "one", "event": "e", "path": {quoted}, "points": 1 }},
            {{ "id": "two", "event": "e", "path": [{quoted}, "/never/matched"], "points": 1 }}] }}"#
    );
    let oracle = path_oracle::parse(pattern);
    let compiled = compile(&json);
    if let Some(oracle) = &oracle {
        assert_eq!(compiled.is_ok(), oracle.is_ok(), "{pattern}");
    }
    let Ok(compiled) = compiled else { return };
    let model = Model::decode(&compiled.bytes).expect("what was compiled is read");
    let event = format!(r#"{{ "type": "e", "url": {} }}"#, serde_json::to_string(path).expect("text"));
    let mut reader = EventReader::default();
    let Ok(event) = reader.read(&event) else { return };
    let mut lead = Lead::new("v-1").expect("a name");
    lead.ingest(&model, &event, NOW, &Origin::default()).expect("a small state");
    let receipt = parse(&lead.explain(&model, NOW).expect("a time"));
    let live = |at: usize| receipt["rules"][at]["live"] == true;
    if path != "/never/matched" && path != "/never/matched/" {
        assert_eq!(live(0), live(1), "{pattern} of {path}");
    }
    if let Some(Ok(oracle)) = oracle.filter(|_| path_oracle::is_plain_path(path)) {
        assert_eq!(live(0), oracle.matches_page(path), "{pattern} of {path}");
    }
}
