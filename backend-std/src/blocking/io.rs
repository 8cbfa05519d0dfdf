use std::io::{IoSlice, IoSliceMut, Read, Result, Write};

use super::LocalSocket;

//= SOCK-1, SOCK-3, NEXT-4
impl Read for LocalSocket {
    #[inline]
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0.read(buffer)
    }

    #[inline]
    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.0.read_vectored(buffers)
    }
}

impl Write for LocalSocket {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write(bytes)
    }

    #[inline]
    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        self.0.write_vectored(buffers)
    }

    #[inline]
    fn flush(&mut self) -> Result<()> {
        self.0.flush()
    }
}

impl Read for &LocalSocket {
    #[inline]
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        (&self.0).read(buffer)
    }

    #[inline]
    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        (&self.0).read_vectored(buffers)
    }
}

impl Write for &LocalSocket {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        (&self.0).write(bytes)
    }

    #[inline]
    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        (&self.0).write_vectored(buffers)
    }

    #[inline]
    fn flush(&mut self) -> Result<()> {
        (&self.0).flush()
    }
}
