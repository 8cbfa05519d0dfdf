//! Where a test happens, and clients that no backend has made.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use tempfile::TempDir;

pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory can be made"))
    }

    pub(crate) fn name(&self) -> PathBuf {
        self.0.path().join("server")
    }

    pub(crate) fn client(&self) -> UnixStream {
        UnixStream::connect(self.name()).expect("the server listens")
    }

    pub(crate) fn clients(&self, count: usize) -> Vec<UnixStream> {
        (0..count).map(|_| self.client()).collect()
    }

    #[allow(dead_code, reason = "not every program that shares this file asks")]
    pub(crate) fn is_empty(&self) -> bool {
        let mut entries = self.0.path().read_dir().expect("the directory is there");
        entries.next().is_none()
    }
}

/// Counts how often a task is woken.
#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wakes {
    pub(crate) fn counted() -> (Arc<Self>, Waker) {
        let wakes = Arc::new(Self::default());
        (Arc::clone(&wakes), Waker::from(wakes))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
