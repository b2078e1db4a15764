//! The page in a browser: events are scored, stored and sent.

#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leadscore::{Model, verify};
use rust_web::score::MODEL;
use rust_web::{Page, store};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlFormElement, Request};

wasm_bindgen_test_configure!(run_in_browser);

/// An element of its own in the document.
fn root() -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("main").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    root
}

fn text(root: &Element, selector: &str) -> String {
    root.query_selector(selector).unwrap().unwrap().text_content().unwrap()
}

fn click(root: &Element, selector: &str) {
    root.query_selector(selector).unwrap().unwrap().unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn a_visitor_is_scored_and_known_again() {
    store::clear();
    let first = root();
    let page = Page::mount(first.clone(), "/signals").unwrap();
    assert_eq!(text(&first, "#score"), "5");
    click(&first, "[data-lead-event]");
    assert_eq!(text(&first, "#score"), "25");
    assert_eq!(text(&first, "#segment"), "near-mql");

    drop(page);
    click(&first, "[data-lead-event]");
    let second = root();
    let _page = Page::mount(second.clone(), "/signals").unwrap();
    // The visit of the same day and a click after the page was left count no second time.
    assert_eq!(text(&second, "#score"), "25");
}

#[wasm_bindgen_test]
async fn points_are_shown_anew_while_they_fade() {
    store::clear();
    let root = root();
    let _page = Page::mount(root.clone(), "/signals").unwrap();
    root.query_selector("#score").unwrap().unwrap().set_text_content(None);
    TimeoutFuture::new(1_500).await;
    assert_eq!(text(&root, "#score"), "5");
}

#[wasm_bindgen_test]
async fn a_stage_is_told_with_one_signal_that_verifies() {
    store::clear();
    // The page's requests come here instead of to a server: the first is answered with "later".
    let sent = Rc::new(RefCell::new(Vec::<Request>::new()));
    let log = sent.clone();
    let fetch = Closure::<dyn Fn(Request) -> js_sys::Promise>::new(move |request: Request| {
        log.borrow_mut().push(request);
        let status = if log.borrow().len() == 1 { 503 } else { 202 };
        js_sys::eval(&format!("Promise.resolve(new Response(null, {{ status: {status} }}))")).unwrap().unchecked_into()
    });
    let window = JsValue::from(web_sys::window().unwrap());
    js_sys::Reflect::set(&window, &"fetch".into(), fetch.as_ref()).unwrap();

    let root = root();
    let _page = Page::mount(root.clone(), "https://acme.example/signals").unwrap();
    click(&root, "[data-lead-event]");
    let form: HtmlFormElement = root.query_selector("#demo").unwrap().unwrap().unchecked_into();
    form.request_submit().unwrap();
    form.request_submit().unwrap();
    assert_eq!(text(&root, "#score"), "75");
    TimeoutFuture::new(1_000).await;

    let sent = sent.take();
    assert_eq!(sent.len(), 2, "the second try of one signal");
    let [_, request] = sent.as_slice() else { return };
    assert_eq!(request.url(), "https://acme.example/signals");
    assert_eq!(request.headers().get("content-type").unwrap().unwrap(), "application/cloudevents+json");
    let body = JsFuture::from(request.text().unwrap()).await.unwrap().as_string().unwrap();
    let model = Model::decode(MODEL).unwrap();
    assert!(verify(&model, &body).unwrap().contains(r#""stage":"mql""#));
}
