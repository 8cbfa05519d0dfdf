//! Each example is started, talked to from outside, and stopped.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod descriptors;
mod echo;
mod ends;
mod http;
mod json;
mod support;
#[cfg(target_os = "linux")]
mod threads;
