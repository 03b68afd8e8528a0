//! Scenes as an animated GIF: drawn here on a canvas, one after the other, and written by the
//! press.

use super::next_task::next_task;
use super::state::{AppState, Toast};
use super::{canvas, download, fonts};
use crate::heatmap::Scene;
use crate::press::client;
use crate::press::protocol::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Makes and saves a GIF of scenes, which all have one size; `busy` is true meanwhile.
pub fn save(state: AppState, scenes: Vec<Scene>, file_name: String, busy: RwSignal<bool>) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    state.toast.set(Some(Toast { text: "Drawing the moving picture…".to_owned(), undo: false }));
    spawn_local(async move {
        let text = match gif(&scenes).await {
            Ok(file) => {
                download::save_array(&file_name, "image/gif", &file);
                format!("Saved {file_name}")
            }
            Err(reason) => format!("Not saved: {reason}"),
        };
        busy.set(false);
        state.toast.set(Some(Toast { text, undo: false }));
    });
}

async fn gif(scenes: &[Scene]) -> Result<js_sys::Uint8Array, String> {
    fonts::load().await;
    let mut frames = Vec::new();
    let mut size = (0, 0);
    for scene in scenes {
        let (width, height, pixels) = canvas::pixels(scene).map_err(|error| error.to_string())?;
        size = (width, height);
        frames.push(pixels);
        next_task().await;
    }
    let request = Request::Gif { width: size.0, height: size.1 };
    client::make(&request, &frames).await.map_err(|error| error.to_string())
}
