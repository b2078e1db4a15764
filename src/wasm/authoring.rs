//! The compiler for JavaScript: `compile` and `check`.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::error::failure;
use crate::authoring;

fn to_js(value: &impl Serialize) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

fn compiled(json: &str) -> Result<authoring::Compiled, JsValue> {
    authoring::compile(json).map_err(|errors| {
        let error = failure(&format!("ModelError model_invalid {errors}"));
        // An own, fresh object takes any field.
        let _ = js_sys::Reflect::set(&error, &"issues".into(), &to_js(&errors.issues));
        error
    })
}

/// Compiles a model's JSON; throws a `ModelError` with `issues` where it has errors.
#[wasm_bindgen]
pub fn compile(json: &str) -> Result<Vec<u8>, JsValue> {
    compiled(json).map(|compiled| compiled.bytes)
}

/// Returns the titles of a model's rules and stages as JSON, `{}` for none; throws as `compile` does.
#[wasm_bindgen]
pub fn titles(json: &str) -> Result<String, JsValue> {
    compiled(json).map(|compiled| compiled.titles.unwrap_or_else(|| "{}".to_owned()))
}

/// All errors and warnings of a model's JSON: `{ errors, warnings }`, each a list of `{ path, line, column, subject,
/// message }`.
#[wasm_bindgen]
pub fn check(json: &str) -> JsValue {
    to_js(&authoring::check(json))
}

/// The output of `leadscore check` for a model's file, and the lines of its errors and of its warnings alone:
/// `{ good, all, errors, warnings }`.
#[wasm_bindgen]
pub fn listing(file: &str, json: &str) -> JsValue {
    let (all, good) = authoring::check_file(file, json);
    let (errors, warnings) = authoring::lines(file, json);
    to_js(&serde_json::json!({ "good": good, "all": all, "errors": errors, "warnings": warnings }))
}
