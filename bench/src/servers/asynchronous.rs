/// Writes what is the same for the subjects on any asynchronous runtime: the trait `Accept`, in
/// which they differ, and `serve`.
///
/// The traits of streams are those which the calling module imports, and so is `spawn`.
macro_rules! asynchronous_servers {
    () => {
        /// What differs between the subjects.
        trait Accept: Sized + Send {
            type Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static;

            fn listen(path: &Path) -> Result<Self, Trouble>;

            fn accept_one(&mut self) -> impl Future<Output = Result<Self::Socket, Trouble>> + Send;
        }

        async fn serve(mut listener: impl Accept, order: Order) -> Result<Measured, Trouble> {
            let meter = Meter::start();
            let mut served = Served::default();
            let answered = Arc::new(AtomicU64::new(0));
            for _ in 0..order.connections {
                let socket = listener.accept_one().await?;
                served.connections += 1;
                served.bytes += match order.service {
                    Service::Echo => echo(socket).await?,
                    Service::Count => count(socket).await?,
                    Service::Answer => {
                        let answered = Arc::clone(&answered);
                        spawn(async move {
                            let bytes = answer(socket).await.unwrap_or(0);
                            answered.fetch_add(bytes, Ordering::Relaxed);
                        });
                        MESSAGE as u64
                    }
                };
            }
            if matches!(order.service, Service::Answer) {
                while answered.load(Ordering::Relaxed) < served.bytes {
                    futures_lite::future::yield_now().await;
                }
            }
            let cost = meter.stop();
            Ok(Measured { served, cost })
        }

        async fn answer(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> Result<u64, Trouble> {
            let mut buffer = [0; MESSAGE];
            socket.read_exact(&mut buffer).await?;
            socket.write_all(&buffer).await?;
            Ok(MESSAGE as u64)
        }

        async fn echo(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> Result<u64, Trouble> {
            let mut buffer = [0; MESSAGE];
            let mut bytes = 0;
            loop {
                let length = socket.read(&mut buffer).await?;
                if length == 0 {
                    return Ok(bytes);
                }
                socket.write_all(&buffer[..length]).await?;
                bytes += length as u64;
            }
        }

        async fn count(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> Result<u64, Trouble> {
            let mut buffer = vec![0; CHUNK];
            let mut bytes = 0_u64;
            loop {
                let length = socket.read(&mut buffer).await?;
                if length == 0 {
                    socket.write_all(&bytes.to_le_bytes()).await?;
                    return Ok(bytes);
                }
                bytes += length as u64;
            }
        }
    };
}

pub(super) use asynchronous_servers;
