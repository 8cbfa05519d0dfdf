use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use crate::LocalSocket;

/// The connection preface of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection that axum serves.
///
/// It detects the first request.
#[derive(Debug)]
pub struct Socket {
    socket: LocalSocket,
    first_request: Option<FirstRequest>,
}

/// Exists until the first request begins.
#[derive(Debug)]
struct FirstRequest {
    /// The length of the preface that was read.
    matched: usize,
    /// Dropped when the first request begins.
    _awaited: watch::Receiver<()>,
}

impl Socket {
    pub(super) const fn new(socket: LocalSocket, awaited: watch::Receiver<()>) -> Self {
        Self {
            socket,
            first_request: Some(FirstRequest {
                matched: 0,
                _awaited: awaited,
            }),
        }
    }

    /// Returns the socket of the server.
    pub const fn get_ref(&self) -> &LocalSocket {
        &self.socket
    }

    /// Records bytes that were read.
    ///
    /// While they could be the preface, a server for both versions of HTTP has not chosen one, and
    /// closes the connection at a graceful shutdown.
    fn record(&mut self, bytes: &[u8]) {
        if let Some(first) = &mut self.first_request {
            let left = &PREFACE[first.matched..];
            if bytes.len() < left.len() && left.starts_with(bytes) {
                first.matched += bytes.len();
            } else {
                self.first_request = None;
            }
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        self.record(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{PREFACE, Socket, watch};
    use crate::LocalSocket;

    /// Returns whether the first request has begun after these reads.
    fn begins(parts: &[&[u8]]) -> bool {
        let (_client, socket) = LocalSocket::pair().expect("a pair can be made");
        let (awaited, receiver) = watch::channel(());
        let mut socket = Socket::new(socket, receiver);
        for part in parts {
            socket.record(part);
        }
        assert_eq!(socket.first_request.is_none(), awaited.is_closed());
        awaited.is_closed()
    }

    #[tokio::test]
    async fn a_request_begins_when_the_version_of_http_is_certain() {
        let undecided: [&[&[u8]]; 4] = [&[], &[b"P"], &[b"PR", b"", b"I"], &[&PREFACE[..23]]];
        for parts in undecided {
            assert!(!begins(parts), "{parts:?}");
        }
        let begins_with: [&[&[u8]]; 6] = [
            &[b"G"],
            &[b"P", b"O"],
            &[b"PR", b"OPFIND"],
            &[PREFACE],
            &[&PREFACE[..9], &PREFACE[9..]],
            &[PREFACE, b"more"],
        ];
        for begin in begins_with {
            assert!(begins(begin), "{begin:?}");
        }
    }
}
