//! Bytes as a model's JSON: `check` and `compile` agree, and a compiled model works.

use leadscore::authoring::{check, compile};
use leadscore::{Model, verify};

use super::common::visit;

pub fn run(data: &[u8]) {
    let Ok(json) = core::str::from_utf8(data) else { return };
    let report = check(json);
    let compiled = match compile(json) {
        Ok(compiled) => compiled,
        Err(errors) => {
            assert!(!errors.issues.is_empty(), "refused without a reason");
            assert_eq!(errors.issues, report.errors);
            for issue in errors.issues.iter().chain(&report.warnings) {
                assert!(issue.path.is_empty() || issue.path.starts_with('/'), "no JSON Pointer: {}", issue.path);
                assert!(!issue.to_string().contains(char::is_control), "more than a line: {issue:?}");
            }
            return;
        }
    };
    assert_eq!((report.errors.as_slice(), &report.warnings), ([].as_slice(), &compiled.warnings));
    assert_eq!(compile(json).map(|again| again.bytes).as_ref(), Ok(&compiled.bytes));
    let model = Model::decode(&compiled.bytes).expect("what was compiled is read");
    for signal in visit(&model).1 {
        verify(&model, &signal.json).expect("a true signal is accepted");
    }
}
