//! Sends signals to the site's receiver. The receiver recognises repeated signals, so sending again is safe.

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leadscore::Signal;
use wasm_bindgen_futures::spawn_local;

/// Milliseconds before each try.
const PAUSES: [u32; 4] = [0, 500, 2_000, 8_000];

/// Posts a signal in the background.
pub fn send(endpoint: &str, signal: Signal) {
    let endpoint = endpoint.to_owned();
    spawn_local(async move {
        for pause in PAUSES {
            TimeoutFuture::new(pause).await;
            if is_sent(&endpoint, &signal.json).await {
                break;
            }
        }
    });
}

/// Any answer but "later" ends the tries.
async fn is_sent(endpoint: &str, json: &str) -> bool {
    let request = Request::post(endpoint).header("content-type", "application/cloudevents+json").body(json);
    match request {
        Ok(request) => request.send().await.is_ok_and(|answer| answer.status() < 500 && answer.status() != 429),
        Err(_) => true,
    }
}
