//! What can be asked of the pool: each is queued as one job.

use super::client::Pool;
use super::content::Content;
#[cfg(doc)]
use super::protocol::Response;
use super::protocol::{FileHeader, Request};
use crate::alerts::Mapping;
use crate::gaps::PartKind;
use crate::limits::Limit;
use js_sys::ArrayBuffer;
use web_sys::Blob;

impl Pool {
    /// Queues files, contents one after another in `bytes`; returns the job.
    pub fn send_files(&self, files: Vec<FileHeader>, bytes: ArrayBuffer) -> u32 {
        self.queue(|job| Request::Files { job, files }, Content::Bytes(bytes))
    }

    /// Queues one part of a zip; returns the job.
    pub fn send_zip_part(&self, path: String, part: u32, parts: u32, file: Blob) -> u32 {
        self.queue(|job| Request::Zip { job, path, part, parts, done: 0 }, Content::Handle(file))
    }

    /// Queues one large file; returns the job.
    pub fn send_large(&self, path: String, limit: Limit, file: Blob) -> u32 {
        let limit = limit as u8;
        self.queue(|job| Request::Large { job, path, limit }, Content::Handle(file))
    }

    /// Queues a file that is to be read as alerts; returns the job.
    pub fn send_table(
        &self,
        path: String,
        archive: Option<String>,
        mapping: Mapping,
        file: Blob,
    ) -> u32 {
        self.queue(|job| Request::Table { job, path, archive, mapping }, Content::Handle(file))
    }

    /// Queues a look at the columns of a table; returns the job. Answered by
    /// [`Response::Looked`], or only by [`Response::Done`] if it could not be.
    pub fn send_look(
        &self,
        path: String,
        archive: Option<String>,
        mapping: Option<Mapping>,
        file: Blob,
    ) -> u32 {
        self.queue(|job| Request::Look { job, path, archive, mapping }, Content::Handle(file))
    }

    /// Queues the reading of a text; returns the job. Answered by [`Response::Text`], or only by
    /// [`Response::Done`] if it could not be.
    pub fn send_text(
        &self,
        path: String,
        archive: Option<String>,
        (line, last): (u32, u32),
        bytes: ArrayBuffer,
    ) -> u32 {
        self.queue(|job| Request::Text { job, path, archive, line, last }, Content::Bytes(bytes))
    }

    /// Queues the reading of peers; returns the job. Answered by [`Response::Peers`], or only by
    /// [`Response::Done`] if it could not be done.
    pub fn send_peers(&self, path: String, bytes: ArrayBuffer) -> u32 {
        self.queue(|job| Request::Peers { job, path }, Content::Bytes(bytes))
    }

    /// Queues the reading of what belongs to a profile; returns the job. Answered by
    /// [`Response::Profile`], or only by [`Response::Done`] if it could not be done.
    pub fn send_profile(&self, path: String, kind: PartKind, bytes: ArrayBuffer) -> u32 {
        self.queue(|job| Request::Profile { job, path, kind }, Content::Bytes(bytes))
    }

    /// Queues the unpacking of files of a zip; returns the job. Answered by
    /// [`Response::Unpacked`], or only by [`Response::Done`] if it could not be done.
    pub fn send_unpack(&self, archive: String, paths: Vec<String>, bytes: ArrayBuffer) -> u32 {
        self.queue(|job| Request::Unpack { job, archive, paths }, Content::Bytes(bytes))
    }
}
